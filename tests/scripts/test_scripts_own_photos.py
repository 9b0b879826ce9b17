"""From a folder of photos to an answer about a new photo: the scripts, as a user runs them."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import h5py
import imported
import keras
import numpy as np
import pytest

from catsex.datasets import cats
from catsex.prediction import saving
from catsex.pretrained import checkpoints, imagenet, weights

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(scope="module")
def pets(photo_folder, tmp_path_factory):
    """A folder with train/ and test/: real photos of cats and dogs where there are some, else generated ones."""
    folder = tmp_path_factory.mktemp("own photos") / "my péts"
    real = os.environ.get("CATSEX_CATS_DOGS")
    for part, count in (("train", 30), ("test", 10)):
        for name, letter in (("cats", "f"), ("dogs", "m")):
            if real:
                photos = sorted((Path(real) / part / name).iterdir())[:count]
            else:
                photos = sorted(photo_folder.glob(f"{letter}*.jpg"))
                photos = photos[:16] if part == "train" else photos[16:]
            (folder / part / name).mkdir(parents=True)
            for photo in photos:
                shutil.copy(photo, folder / part / name)
    return folder


@pytest.fixture(scope="module")
def real_pets(pets, real_weights):
    """The same, if photos and weights are real, so that there is something to learn."""
    if len(list((pets / "train" / "cats").iterdir())) != 30:
        pytest.skip("CATSEX_CATS_DOGS names no folder with photos of cats and dogs")
    return pets


def with_weights(run, any_weights):
    """Return a function that runs a script with the best weights there are."""
    network = [] if any_weights.parent == weights.keras_cache() else ["--weights", any_weights]

    def run_with_weights(name, *arguments, **options):
        needs_weights = name in ("train.py", "cats_vs_dogs.py", "predict_original.py", "train_validate.py")
        return run(name, *arguments, *(network if needs_weights else []), **options)

    return run_with_weights


@pytest.fixture(scope="module")
def run(run_here, any_weights):
    """Return a function that runs a script in this process, with the best weights there are."""
    return with_weights(run_here, any_weights)


@pytest.fixture(scope="module")
def run_apart(run_script, any_weights):
    """Return a function that runs a script in a process of its own, with the best weights there are."""
    return with_weights(run_script, any_weights)


@pytest.fixture(scope="module")
def trained(run_apart, pets, tmp_path_factory):
    """A folder with a model, my pets.keras, that train.py has made, and train.json, what it says of each photo."""
    folder = tmp_path_factory.mktemp("trained")
    done = run_apart(
        "train.py",
        *("--data", pets, "--save", "my pets.keras", "--json", "train.json", "--seed", 1, "--no-record"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert "saved: python scripts/predict.py 'my pets.keras' PHOTO\n" in done.stdout
    return folder


def test_training_leaves_the_test_photos_alone(trained, pets):
    results = json.loads((trained / "train.json").read_text())
    train = list((pets / "train").rglob("*.jpg"))
    assert results["class_names"] == ["cats", "dogs"] and results["data"] == "my péts"
    assert sum(not photo["held_out"] for photo in results["photos"]) == len(train)
    assert {"weights", "seed", "versions", "history"} <= set(results)
    assert len(results["history"]["accuracy"]) == 20


def test_it_can_tell_real_cats_from_dogs(trained, real_pets):
    results = json.loads((trained / "train.json").read_text())
    assert results["history"]["accuracy"][-1] >= 0.95
    assert results["test_accuracy"] >= 0.85


@pytest.mark.parametrize(
    ("script", "words", "message"),
    [
        ("report.py", [""], "argument RUN_FOLDER: expected a name, got an empty text"),
        ("export.py", ["", "--to", "onnx"], "argument MODEL: expected a name, got an empty text"),
        ("export.py", ["m.keras", "--to", "onnx", "--check", ""], "argument --check: expected a name, got"),
        ("predict.py", ["m.keras", ""], "argument PHOTO: expected a name, got an empty text"),
        ("predict_original.py", [""], "argument PHOTO: expected a name, got an empty text"),
        ("export.py", ["~/m.keras", "--to", "onnx"], "/home/m.keras cannot be read"),
    ],
)
def test_an_empty_name_is_none_and_home_is_home(run_script, tmp_path, script, words, message):
    done = run_script(script, *words, HOME=str(tmp_path / "home"), XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode and message in done.stderr.splitlines()[-1]


def test_predict_gives_a_new_photo_the_answer_that_training_gave(trained, run, pets, tmp_path):
    (tmp_path / "notes.jpg").write_text("not a photo")
    new = sorted((pets / "test").rglob("*.jpg"))
    outputs = ["--json", tmp_path / "p.json", "--csv", tmp_path / "p.csv"]
    done = run("predict.py", trained / "my pets.keras", tmp_path / "notes.jpg", pets / "test", "nowhere.jpg", *outputs)
    assert done.returncode == 1
    errors = [line for line in done.stderr.splitlines() if line]
    assert re.fullmatch(r"error: .*notes\.jpg is not an image \(.* are read\)", errors[0])
    assert errors[1:] == [
        "error: no such photo: nowhere.jpg",
        f"error: 2 of {len(new) + 2} photos cannot be used; the predictions of the others are above",
    ]

    results = json.loads((tmp_path / "p.json").read_text())
    answered = [photo for photo in results["photos"] if "error" not in photo]
    expected = json.loads((trained / "train.json").read_text())["photos"][-len(new) :]
    assert len(done.stdout.splitlines()) == len(answered) == len(expected)
    for line, photo, known in zip(done.stdout.splitlines(), answered, expected, strict=True):
        doubt = "  unlike any of the training photos: do not trust this" if photo["out_of_distribution"] else ""
        right = f"({photo['right_of_100']} of 100 held-out photos right)"
        assert line == f"{photo['name']}  {photo['class']} {photo['probability']:.2f} {right}{doubt}"
        assert known["name"].endswith(photo["name"].split("/")[-1])
        assert (photo["class"], photo["probability"]) == (known["prediction"], pytest.approx(known["score"], abs=1e-4))
        assert sum(photo["probabilities"].values()) == pytest.approx(1, abs=1e-5)

    with open(tmp_path / "p.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["class"] for row in table] == ["", *(photo["class"] for photo in answered), ""]


def test_predict_says_what_looks_like_none_of_the_photos(trained, run, pets, tmp_path, real_weights):
    """Only with real weights: to an untrained network noise looks much like any photo."""
    import imageio.v3 as iio

    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    iio.imwrite(tmp_path / "noise.png", noise)
    known = sorted((pets / "train").rglob("*.jpg"))[0]
    done = run("predict.py", trained / "my pets.keras", tmp_path / "noise.png", known, "--json", tmp_path / "p.json")
    assert done.returncode == 0, done.stderr
    other, known = json.loads((tmp_path / "p.json").read_text())["photos"]
    assert other["out_of_distribution"] and other["nearest"] < 0.7
    assert not known["out_of_distribution"] and known["nearest"] == pytest.approx(1, abs=1e-3)
    told = ["unlike any of the training photos" in line for line in done.stdout.splitlines()]
    assert told == [True, False]


def test_predict_succeeds_from_anywhere_and_writes_nothing_it_was_not_asked_for(trained, run_apart, pets, tmp_path):
    photo = next((pets / "test" / "dogs").iterdir())
    done = run_apart("predict.py", trained / "my pets.keras", photo, "--explain", "heat", cwd=tmp_path, HOME=None)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(rf"{photo.name}  (cats|dogs) [01]\.\d\d \(\d+ of 100 held-out photos right\)\n", done.stdout)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == [
        "heat",
        f"heat/{photo.stem}-gradcam.jpg",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["README.md", "x.jpg"], r"README\.md is not a \.keras file"),
        (["nowhere.keras", "x.jpg"], r"nowhere\.keras cannot be read: No such file"),
        (["m.keras", "x.jpg"], r"no such photo: x\.jpg"),
        (["m.keras", "empty"], "empty has no photos in it"),
    ],
)
def test_predict_says_at_once_what_is_missing(trained, tmp_path, arguments, message):
    shutil.copy(trained / "my pets.keras", tmp_path / "m.keras")
    (tmp_path / "README.md").touch()
    (tmp_path / "empty").mkdir()
    done, modules = imported.run(SCRIPTS / "predict.py", *arguments, cwd=tmp_path)
    assert not {"tensorflow", "keras"} & set(modules)
    assert done.returncode == 1 and done.stdout == ""
    assert re.fullmatch(rf"error: {message}.*\n", done.stderr)


def test_cats_vs_dogs_reports_on_the_test_folder(run, pets, tmp_path):
    done = run("cats_vs_dogs.py", "--data", pets, "--seed", 1, "--json", "r.json", "--no-record", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "r.json").read_text())
    test = len(list((pets / "test" / "cats").iterdir()))
    assert results["size"] == 160 and results["class_names"] == ["cats", "dogs"]
    assert np.sum(results["confusion"], axis=1).tolist() == [test, test]
    assert results["test_accuracy"] == pytest.approx(np.trace(results["confusion"]) / (2 * test))
    assert results["history"]["val_accuracy"][-1] == pytest.approx(results["test_accuracy"], abs=1e-6)
    if (
        results["weights"] == "Keras"
        and not (weights.keras_cache() / weights.KERAS_FILE.replace("224", "160")).is_file()
    ):
        assert "weights: Keras, for 224 pixels (unavailable for 160), used at 160" in done.stdout


def test_cats_vs_dogs_learns_something_real(run, real_pets, tmp_path):
    """Class folders alone, of which it holds out a quarter."""
    done = run(
        "cats_vs_dogs.py", "--data", real_pets / "train", "--seed", 2, "--json", tmp_path / "r.json", "--no-record"
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "r.json").read_text())
    assert np.sum(results["confusion"], axis=1).tolist() == [7, 7]
    assert results["test_accuracy"] >= 0.8


def test_cats_vs_dogs_without_photos_says_what_it_wants(run_apart, tmp_path):
    done = run_apart("cats_vs_dogs.py", XDG_CACHE_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"error: no photos: pass --data DIR with the folders train/cats, .*--with-dogs\n", done.stderr)


def test_train_validate_validates_on_the_test_folder_and_saves(run, pets, tmp_path):
    done = run(
        "train_validate.py",
        *("--data", pets, "--epochs", 1, "--save", "v.keras", "--json", "v.json", "--no-record"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "v.json").read_text())
    assert sum(photo["held_out"] for photo in results["photos"]) == len(list((pets / "test").rglob("*.jpg")))
    assert saving.load(tmp_path / "v.keras")[1]["class_names"] == ["cats", "dogs"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--data", "."], 2, "--save FILE is missing"),
        (["--data", ".", "--save", "m.h5"], 2, r"expected a name that ends in \.keras"),
        (["--data", ".", "--save", "m.keras"], 1, "error: .*notes.txt is not a photo.*or pass --skip-unreadable"),
        (["--data", ".", "--save", "m.keras", "--skip-unreadable"], 1, "error: .*b has no photos in it"),
    ],
)
def test_train_says_what_is_wrong_before_it_starts(run_apart, photo_folder, tmp_path, arguments, status, message):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    shutil.copy(photo_folder / "f01.jpg", tmp_path / "a")
    (tmp_path / "b" / "notes.txt").write_text("nothing")
    done = run_apart("train.py", *arguments, cwd=tmp_path)
    assert done.returncode == status
    assert re.search(message, done.stderr) and "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_the_original_model_gives_its_five_best_classes(run, any_cats, real_weights, tmp_path):
    (tmp_path / "bad.jpg").touch()
    photos = [any_cats / "f01.jpg", tmp_path / "bad.jpg", any_cats / "m02.jpg"]
    done = run("predict_original.py", *photos, "--size", 160, "--json", tmp_path / "o.json")
    assert done.returncode == 1 and "bad.jpg is empty" in done.stderr
    assert "used at 160" in done.stderr or (weights.keras_cache() / weights.KERAS_FILE.replace("224", "160")).is_file()
    lines = done.stdout.splitlines()
    assert [lines[0], lines[6]] == ["f01.jpg", "m02.jpg"] and len(lines) == 12
    found = json.loads((tmp_path / "o.json").read_text())["photos"]
    scores = [entry["score"] for entry in found[0]["classes"]]
    assert scores == sorted(scores, reverse=True) and 0 < sum(scores) <= 1.0001
    if any_cats == cats.CATS_FOLDER:
        assert {entry["class_index"] for entry in found[0]["classes"]} & set(imagenet.CAT_CLASSES)


def test_weights_without_a_head_have_no_opinion_and_say_what_is_needed(run_here, real_weights, any_cats, tmp_path):
    model = weights.load_mobilenet(real_weights).model
    with h5py.File(tmp_path / "no_top.h5", "w") as file:
        checkpoints.write(file, model.layers[:-1])
    done = run_here("predict_original.py", any_cats / "f01.jpg", "--weights", tmp_path / "no_top.h5")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(
        r"error: these weights \(file no_top\.h5\) end below the 1000 ImageNet classes; .*--weights\n", done.stderr
    )


def test_export_keeps_what_agrees_with_keras(run, tmp_path):
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    model.save(tmp_path / "m.keras")
    done = run("export.py", "m.keras", "--to", "saved_model", "--out", "new", "--json", "e.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(
        r"new: its predictions for 3 photos differ from Keras' by at most \d\.\de[+-]\d\d\n", done.stdout
    )
    assert json.loads((tmp_path / "e.json").read_text())["largest_difference"] < 1e-3
    assert (tmp_path / "new" / "saved_model.pb").is_file()
    done = run("export.py", "m.keras", "--to", "saved_model", "--out", "new", cwd=tmp_path)
    assert done.returncode == 1 and "new already exists" in done.stderr


READERS = ["sanity_check.py", "train_full.py", "train_validate.py", "evaluate.py", "cats_vs_dogs.py", "train.py"]


@pytest.mark.parametrize("script", READERS)
def test_every_script_reads_folders_alike(run_script, photo_folder, tmp_path, script):
    save = ["--save", "m.keras"] if script == "train.py" else []
    for name in ("dogs", "cats", "cats/old"):
        (tmp_path / name).mkdir()
        shutil.copy(photo_folder / "f01.jpg", tmp_path / name)
    done = run_script(script, "--data", ".", *save, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"error: .*at different depths: cats/ \(1 photo\), .*--folders class/subject\n", done.stderr)
    shutil.rmtree(tmp_path / "cats" / "old")
    (tmp_path / "cats" / "notes.txt").touch()
    (tmp_path / "dogs" / "f01.jpg").unlink()
    lenient = ["--skip-unreadable"] if script in ("evaluate.py", "train.py") else []
    done = run_script(script, "--data", ".", *lenient, *save, cwd=tmp_path)
    assert done.returncode == 1
    said = "dogs has no photos in it; add some or remove the folder" if lenient else "cats/notes.txt is not a photo"
    assert said in done.stderr.splitlines()[-1]


def test_one_photo_in_two_classes_is_not_trained_on(run_here, any_weights, photo_folder, tmp_path):
    for name, letter in (("cats", "f"), ("dogs", "m")):
        (tmp_path / name).mkdir()
        for number in range(1, 5):
            shutil.copy(photo_folder / f"{letter}{number:02d}.jpg", tmp_path / name)
    shutil.copy(photo_folder / "f01.jpg", tmp_path / "dogs" / "again.jpg")
    options = ["--data", ".", "--weights", any_weights, "--epochs", 1, "--save", "m.keras"]
    done = run_here("train.py", *options, cwd=tmp_path)
    assert done.returncode == 1 and not (tmp_path / "m.keras").exists()
    assert re.search(
        r"^error: .*f01\.jpg and .*again\.jpg are the same photo in two classes", done.stderr, re.MULTILINE
    )


def test_labels_are_corrected_in_a_table_that_evaluate_writes_and_reads(run_here, any_weights, photo_folder, tmp_path):
    for name, letter in (("cats", "f"), ("dogs", "m")):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(1, 7):
            shutil.copy(photo_folder / f"{letter}{number:02d}.jpg", tmp_path / "pets" / name)

    def evaluate(data, *more):
        short = ["--seed", 1, "--repeats", 1, "--permutations", 19, "--no-record", "--no-cache", "--weights"]
        return run_here("evaluate.py", "--data", data, *short, any_weights, *more, cwd=tmp_path)

    assert evaluate("pets", "--write-table", "photos.csv").returncode == 0
    again = evaluate("pets", "--write-table", "photos.csv")
    assert again.returncode and "photos.csv" in again.stderr.splitlines()[-1]  # and nothing is overwritten
    written = (tmp_path / "photos.csv").read_text(encoding="utf-8").splitlines()
    columns = "file,label,predicted class,probability of the label,suggested label,checked"
    assert written[0] == columns and len(written) == 13
    row = next(i for i, line in enumerate(written) if "f03.jpg" in line)
    cells = written[row].split(",")
    for photo, label, problem in (
        ("pets/cats/f03.jpg", "dgos", "no other photo is dgos; did you mean dogs?"),
        ("pets/cats/f99.jpg", "cats", "no such photo: pets/cats/f99.jpg"),
        ("pets/cats/f03.jpg", "", "no label in the column label"),
    ):
        edited = [*written[:row], ",".join([photo, label, *cells[2:]]), *written[row + 1 :]]
        (tmp_path / "photos.csv").write_text("\n".join(edited), encoding="utf-8")
        done = evaluate("photos.csv")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"row {row + 1}" in done.stderr and problem in done.stderr and done.stderr.count("\n") == 1
    edited[row] = ",".join([cells[0], "dogs", *cells[2:5], "yes"])
    (tmp_path / "photos.csv").write_text("\n".join(edited), encoding="utf-8")
    done = evaluate("photos.csv", "--json", "found.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert [photo["class"] for photo in found["photos"]].count("dogs") == 7
    assert next(photo["class"] for photo in found["photos"] if photo["name"].endswith("f03.jpg")) == "dogs"


def test_held_out_copies_are_named_and_not_counted(run, pets, tmp_path):
    shutil.copytree(pets, tmp_path / "pets")
    copied = next((tmp_path / "pets" / "train" / "cats").iterdir())
    shutil.copy(copied, tmp_path / "pets" / "test" / "cats" / "again.jpg")
    arguments = ["--data", "pets", "--epochs", 1, "--save", "m.keras", "--json", "r.json", "--no-record"]
    done = run("train.py", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    held_out = len(list((pets / "test").rglob("*.jpg"))) + 1
    assert f"1 of {held_out} held-out photos are copies of training photos, such as cats/again.jpg and " in done.stderr
    assert f"of the {held_out - 1} photos that it has never seen are right (the other 1 nearly duplicate" in done.stdout
    assert "  Always naming cats would get 5" in done.stdout
    classes = json.loads((tmp_path / "r.json").read_text())["by_class"]["classes"]
    assert [entry["photos"] for entry in classes] == [held_out // 2, held_out // 2]


def test_prediction_decodes_as_training_did(run, tmp_path):
    """12 bits in files of 16, of which the set tells what is white, beside large JPEGs that are decoded smaller."""
    import tifffile
    from PIL import Image

    rng = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(3):
            coarse = rng.integers(0, 256, (12, 16), np.uint8)
            pixels = np.kron(coarse, np.ones((80, 80), np.uint8))
            tifffile.imwrite(tmp_path / "set" / name / f"{number}.tif", pixels.astype(np.uint16) * 16, metadata=None)
            Image.fromarray(np.dstack([pixels, pixels // 2, 255 - pixels])).save(
                tmp_path / "set" / name / f"{number}.jpg", quality=90
            )
    options = ["--fast-decoding", "--epochs", 5, "--seed", 1, "--save", "m.keras", "--json", "t.json", "--no-record"]
    done = run("train.py", "--data", "set", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("4095 white") == 1
    trained = json.loads((tmp_path / "t.json").read_text())
    assert trained["decoding"] == {"levels": {"uint16": [0, 4095]}, "reduce_to": 448}
    assert saving.load(tmp_path / "m.keras")[1]["decoding"] == trained["decoding"]
    done = run("predict.py", "m.keras", "set", "--json", "p.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = {tmp_path / photo["path"]: photo for photo in json.loads((tmp_path / "p.json").read_text())["photos"]}
    for photo in trained["photos"]:
        now = said[Path(photo["path"])]
        assert now["class"] == photo["prediction"] and now["probability"] == pytest.approx(photo["score"], abs=1e-5)


def test_balance_lets_a_small_class_count_as_much_as_a_large_one(run, photo_folder, tmp_path):
    for name, photos in (("few", ["f01", "f02"]), ("many", [f"m{number:02d}" for number in range(1, 17)])):
        (tmp_path / "set" / name).mkdir(parents=True)
        for photo in photos:
            shutil.copy(photo_folder / f"{photo}.jpg", tmp_path / "set" / name)
    right = []
    for more in ([], ["--balance"]):
        options = ["--epochs", 3, "--seed", 1, "--save", "m.keras", "--json", "t.json", "--no-record", *more]
        done = run("train.py", "--data", "set", *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert re.search(r"  few +\d+\.\d% of 2 right\n  many +\d+\.\d% of 16 right\n", done.stdout)
        assert "Always naming many would get 88.9%." in done.stdout
        results = json.loads((tmp_path / "t.json").read_text())
        right.append(np.mean([photo["prediction"] == "few" for photo in results["photos"]]))
    assert right[1] > right[0]  # it names the small class more often


def test_keras_set_otherwise_changes_nothing_but_a_notice(run_script, any_weights, photo_folder, tmp_path):
    (tmp_path / "home").mkdir()
    configurations = {"image_data_format": "channels_first", "floatx": "float16", "backend": "tensorflow"}
    (tmp_path / "home" / "keras.json").write_text(json.dumps(configurations))
    options = ["--data", photo_folder, "--weights", any_weights, "--epochs", 2, "--seed", 1, "--no-record"]
    predictions = []
    for name, home in (("usual", {}), ("other", {"KERAS_HOME": str(tmp_path / "home")})):
        done = run_script("train_full.py", *options, "--json", f"{name}.json", cwd=tmp_path, **home)
        assert done.returncode == 0, done.stderr
        predictions.append([photo["score"] for photo in json.loads((tmp_path / f"{name}.json").read_text())["photos"]])
        assert ("Keras is set to channels_first, float16" in done.stderr) == (name == "other")
    assert predictions[0] == predictions[1]
