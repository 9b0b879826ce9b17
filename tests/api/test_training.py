import shutil

import pytest
from small_models import small_model

import catsex
from catsex.errors import DataError


@pytest.fixture
def halves(photo_folder, tmp_path):
    """A folder with photos to train on and to test on, and a small network of one's own."""
    for path in photo_folder.glob("[fm]*.jpg"):
        place = tmp_path / "photos" / ("test" if path.stem[-1] in "02" else "train") / path.name[0] / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    small_model().save(tmp_path / "own.keras")
    return tmp_path / "photos"


def test_training_says_what_the_script_says_and_keeps_itself(halves, tmp_path):
    trained = catsex.train(halves, seed=1, epochs=2, network=tmp_path / "own.keras", cache=False)
    found = trained.training
    lines = found.summary().splitlines()
    assert lines[0].endswith("% of the photos that it was trained on are right")
    assert lines[1] == found.sentence and " photos that it has never seen are right" in found.sentence
    assert lines[-1] == "weights: file own.keras; seed: 1"
    assert found.confusion.sum() == sum(photo["held_out"] for photo in found.to_dict()["photos"]) == 8
    assert found.to_dict()["history"] == trained.history and len(trained.history["loss"]) == 2
    assert (found.save(tmp_path / "kept") / "results.json").is_file()


def test_with_another_network_only_copies_of_a_file_are_taken_for_the_same(halves, tmp_path, caplog):
    options = {"seed": 1, "epochs": 1, "network": tmp_path / "own.keras", "cache": False}
    catsex.train(halves, **options)
    assert "near-duplicates" not in caplog.text
    shutil.copy(halves / "train" / "f" / "f01.jpg", halves / "test" / "f" / "again.jpg")
    catsex.train(halves, **options)
    assert "1 of 9 held-out photos are copies of training photos, such as f/again.jpg and f/f01.jpg" in caplog.text


def test_a_method_that_there_is_not_is_refused_before_anything_is_read():
    with pytest.raises(DataError, match="unknown training method 'luck'; expected one of head, augment, fine-tune"):
        catsex.train("no such folder", method="luck")
