import os

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image

from catsex.evaluation import protocol
from catsex.evaluation.sample import Sample
from catsex.evaluation.shortcuts import candidates, scoring
from catsex.evaluation.shortcuts.candidates import find_candidates
from catsex.photos.layouts.reading import read_photos


@pytest.fixture
def folder(tmp_path):
    """12 photos of noise of each of two classes, numbered without regard to their class."""
    rng = np.random.default_rng(0)
    for number in range(24):
        place = tmp_path / "photos" / ("cats", "dogs")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        iio.imwrite(place / f"photo{number:02d}.jpg", rng.integers(0, 256, (40, 50, 3), dtype=np.uint8))
    return tmp_path / "photos"


def remarks(photos):
    """What an evaluation with features that hold nothing says of candidates."""
    vectors = np.random.default_rng(1).normal(0, 1, (len(photos), 30)).astype(np.float32)
    found = protocol.evaluate(photos, vectors, seed=0, folds=3, repeats=2, permutations=59)
    return [remark for remark in found["remarks"] if "alone gets" in remark]


@pytest.mark.slow
def test_with_nothing_but_noise_nothing_is_said(folder):
    photos = read_photos(folder)
    assert not remarks(photos)
    assert "the camera" not in find_candidates(photos)  # which no photo names
    assert "the dates of the files" not in find_candidates(photos)  # all written within a day


@pytest.mark.slow
def test_what_is_worked_out_later_is_what_would_have_been_worked_out_at_once(folder, monkeypatch):
    photos = read_photos(folder)
    at_once, chosen = find_candidates(photos), np.array([1, 3, 8])
    monkeypatch.setattr(candidates, "MANY", len(photos) - 1)
    later = find_candidates(photos)
    assert list(later) == list(at_once)
    assert sum(isinstance(values, candidates.Later) for values in later.values()) == 2
    for name, values in later.items():
        np.testing.assert_array_equal(values[chosen], at_once[name][chosen])
        assert values[chosen].dtype == np.float32
    vectors = np.random.default_rng(1).normal(0, 1, (len(photos), 30)).astype(np.float32)
    found = []
    for many in (len(photos), 3):
        monkeypatch.setattr(candidates, "MANY", many)
        found.append(protocol.evaluate(photos, vectors, seed=0, folds=3, repeats=2, permutations=59)["shortcuts"])
    assert found[0] == found[1] and len(found[0]) == len(later)


def test_a_layout_that_all_photos_share_is_no_candidate(folder, monkeypatch):
    paths = sorted(folder.rglob("*.jpg"))
    for path in paths[1:]:
        path.write_bytes(paths[0].read_bytes())
    for many in (len(paths), 3):
        monkeypatch.setattr(candidates, "MANY", many)
        assert (
            not {candidates.OVERLAY, "the background, with the middle left out"}
            & find_candidates(read_photos(folder)).keys()
        )


@pytest.mark.slow
def test_the_column_of_a_table_is_named(folder, tmp_path):
    lines = ["file,label,site,year"]
    for path in sorted(folder.rglob("*.jpg")):
        number, label = int(path.stem[-2:]), path.parent.name
        site = ("river", "hill")[(label == "dogs") ^ (number % 9 == 0)]
        lines.append(f"{path.relative_to(folder)},{label},{site},{2000 + number % 5}")
    (folder / "table.csv").write_text("\n".join(lines))
    photos = read_photos(folder / "table.csv")
    assert {"the column site", "the column year"} <= find_candidates(photos).keys()
    (remark,) = remarks(photos)
    assert "the column site alone gets 87 % right" in remark or "the column site alone gets 88 % right" in remark


@pytest.mark.slow
def test_the_order_of_the_names_is_noticed(folder):
    for number, path in enumerate(sorted(folder.rglob("*.jpg"))):  # first all cats, then all dogs
        path.rename(path.with_name(f"IMG_{1000 + number}.jpg"))
    assert "the numbers in the file names alone gets" in remarks(read_photos(folder))[0]


@pytest.mark.slow
def test_the_dates_of_the_files_are_noticed_if_they_are_days_apart(folder):
    photos = read_photos(folder)
    for number, path in enumerate(photos.paths):
        os.utime(path, (1e9, 1e9 + 24 * 3600 * (number // 12)))
    assert "the dates of the files alone gets" in remarks(photos)[0]


@pytest.mark.slow
def test_camera_time_and_place_are_noticed(folder):
    for number, path in enumerate(sorted(folder.rglob("*.jpg"))):
        dogs, exif = path.parent.name == "dogs", Image.Exif()
        exif[0x0110] = "Acme 7" if dogs else "Box 3"
        exif.get_ifd(0x8769)[0x9003] = f"2020:0{1 + 6 * dogs}:{1 + number % 12:02d} {8 + 8 * dogs:02d}:00:00"
        exif.get_ifd(0x8825).update({1: "N", 2: (50.0 + dogs, 0.0, number), 3: "E", 4: (8.0, number, 0.0)})
        image = Image.open(path)
        image.load()
        image.save(path, exif=exif)
    photos = read_photos(folder)
    found = scoring.cross_validate(
        np.random.default_rng(0), find_candidates(photos), Sample(photos.numbers, photos.labels)
    )
    sure = {one["name"] for one in found if one["p_value"] < 0.003}
    assert sure == {
        "the camera",
        "the date on which they were taken",
        "the time of day at which they were taken",
        "the place where they were taken",
    }
