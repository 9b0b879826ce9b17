"""Every command of docs/own-photos.md, run on generated photos."""

import itertools
import json
import re
import shlex
import zipfile

import numpy as np
import pytest
import tifffile

PAGE = "docs/own-photos.md"


def picture(number):
    """Return a picture of coloured shapes, shape (160, 160, 3), uint8: no two are near-duplicates to MobileNetV2."""
    rng = np.random.default_rng(number)
    y, x = np.mgrid[:160, :160] / 160
    pixels = np.ones((160, 160, 3)) * rng.random(3)
    for _ in range(rng.integers(1, 25)):
        (left, top, radius), (turn, stripes) = rng.random(3) * [1, 1, 0.5], rng.random(2) * [np.pi, 60]
        along = (x - left) * np.cos(turn) + (y - top) * np.sin(turn)
        across = (y - top) * np.cos(turn) - (x - left) * np.sin(turn)
        round_, bar = along**2 + across**2 < radius**2, abs(along) < radius
        shapes = (round_, bar & (abs(across) < radius / 2), round_ & (np.sin(stripes * along) > 0))
        pixels[(*shapes, bar & (np.sin(stripes * across) > 0.3))[rng.integers(4)]] = rng.random(3)
    return (pixels * 255).astype(np.uint8)


@pytest.fixture(scope="module")
def surroundings_of_the_page(tmp_path_factory):
    """A folder with all that the page's commands name."""
    import imageio.v3 as iio

    folder, numbers = tmp_path_factory.mktemp("page"), itertools.count()

    def put(*names):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            iio.imwrite(folder / name, picture(next(numbers)), extension=".jpg")

    put(*(f"pets/{kind}/{number}.jpg" for number in range(6) for kind in ("cat", "dog")))
    put(*(f"pictures/{year}/{kind}/{n}.jpg" for n in range(3) for year in (2023, 2024) for kind in ("cat", "dog")))
    put(*(f"zoo/{kind}/{number}.jpg" for number in range(3) for kind in ("Cat", "cat", "owl")))
    put(*(f"zoo/dog/{number}.jpg" for number in range(6)), "new_photos/1.jpg", "new_photos/deep/2.jpg", "unnamed/photo")
    animals = {"cat": ("tom", "lisa", "mia"), "dog": ("rex", "bob", "pia")}
    named = [(kind, name, number) for number in (1, 2) for kind, names in animals.items() for name in names]
    put(*(f"animals/{kind}/{name}/{number}.jpg" for kind, name, number in named))
    put(*(f"named/{kind}/{name}_{number}.jpg" for kind, name, number in named))
    rows = [f"named/{kind}/{name}_{number}.jpg,{kind},{name},garden" for kind, name, number in named]
    (folder / "labels.csv").write_text("\n".join(["file,label,subject,site", *rows]))
    rows = [f"pets/{kind}/{number}.jpg;{kind}" for number in range(6) for kind in ("cat", "dog")]
    (folder / "odd.csv").write_text("\n".join(["picture;kind", *rows]))
    put(*(f"uneven/cat/{number}.jpg" for number in range(3)), *(f"uneven/dog/{number}.jpg" for number in range(9)))
    for name in ("cat/1", "cat/2", "dog/1", "dog/2"):
        (folder / "stacks" / name).parent.mkdir(parents=True, exist_ok=True)
        pages = np.stack([picture(next(numbers)) for _ in range(3)])
        tifffile.imwrite(folder / "stacks" / f"{name}.tif", pages, photometric="rgb", metadata=None)
    kinds = [(kind, number) for number in range(6) for kind in ("cat", "dog")]
    coco = {"images": [{"id": n, "file_name": f"pets/{kind}/{number}.jpg"} for n, (kind, number) in enumerate(kinds)]}
    coco["annotations"] = [
        {"image_id": n, "category_id": kind, "bbox": [9, 9, 140, 140]} for n, (kind, _) in enumerate(kinds)
    ]
    coco["categories"] = [{"id": kind, "name": kind} for kind in ("cat", "dog")]
    (folder / "labels.json").write_text(json.dumps(coco))
    with zipfile.ZipFile(folder / "pets.zip", "w") as file:
        for path in (folder / "pets").rglob("*.jpg"):
            file.write(path, path.relative_to(folder))
    return folder


def commands():
    """Return all commands of the page, in order."""
    from conftest import ROOT

    text = (ROOT / PAGE).read_text(encoding="utf-8")
    return re.findall(r"^ {4,}python (scripts/.+)$", text, re.MULTILINE)


def test_the_page_has_commands():
    assert len(commands()) >= 9


@pytest.mark.slow
def test_every_command_of_the_page_works(run_here, surroundings_of_the_page, real_weights):
    folder, read = surroundings_of_the_page, []
    for command in commands():
        script, *words = shlex.split(command.removeprefix("scripts/"))
        asks = script in ("predict.py", "predict_original.py", "export.py")
        more = [] if asks else ["--no-record", "--seed", 1]
        if script == "evaluate.py":
            more += ["--permutations", 19, "--repeats", 1]
        done = run_here(script, *words, *more, cwd=folder)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        read += re.findall(r"^\d+ photos .*", done.stderr + done.stdout, re.MULTILINE)
    expected = [
        "12 photos from pets: 6 cat, 6 dog",
        "12 photos from pictures: 6 cat, 6 dog",
        "12 photos from zoo: 6 dog, 6 cats",
        "12 photos from pets: 6 cat, 6 dog",
        "12 photos of 6 subjects from animals: 6 cat, 6 dog",
        "12 photos of 6 subjects from named: 6 cat, 6 dog",
        "12 photos of 6 subjects from labels: 6 cat, 6 dog",
        "12 photos from odd: 6 cat, 6 dog",
        "12 photos from labels: 6 cat, 6 dog",
        "12 photos of 12 subjects from labels: 6 cat, 6 dog",
        "12 photos from pets: 6 cat, 6 dog",
        "12 photos from uneven: 3 cat, 9 dog",
        "4 photos from stacks: 2 cat, 2 dog",
        "12 photos of 4 subjects from stacks: 6 cat, 6 dog",
        "12 photos from pets: 6 cat, 6 dog",
    ]
    assert read == expected
    assert len((folder / "predictions.csv").read_text().splitlines()) == 3
