import shutil

import pytest
from small_models import small_model

import catsex
from catsex.errors import DataError


def test_features_are_written_and_come_in_again_by_the_same_door(photo_folder, tmp_path):
    for path in photo_folder.glob("[fm]*.jpg"):
        place = tmp_path / "photos" / path.name[0] / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    small_model().save(tmp_path / "own.keras")
    file = tmp_path / "f.npz"
    done = catsex.extract(tmp_path / "photos", file, network=tmp_path / "own.keras", cache=False)
    assert done.photos == done.computed == 40 and done.failed == 0
    assert done.summary() == f"weights: file own.keras\n{file}: 40 photos, {done.features} features each"
    found = catsex.evaluate_features(file, seed=1, repeats=1, permutations=19, cache=False)
    assert found.class_names == ["f", "m"] and found.to_dict()["weights"] == "file own.keras"
    with pytest.raises(DataError, match="leave out y and groups"):
        catsex.evaluate_features(file, ["a"] * 40)
