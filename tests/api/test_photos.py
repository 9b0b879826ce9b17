import shutil

import pytest
from keras import Model
from small_models import small_model

import catsex
from catsex.api.photos import as_photo_set, load_photos
from catsex.errors import DataError, ModelError
from catsex.prediction import saving


@pytest.fixture
def pets(photo_folder, tmp_path):
    for letter in "fm":
        for path in sorted(photo_folder.glob(f"{letter}*.jpg"))[:2]:
            (tmp_path / "pets" / letter).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / "pets" / letter)
    return tmp_path / "pets"


def test_fast_decoding_keeps_twice_what_the_network_sees(pets):
    assert load_photos(pets).decoder.reduce_to is None
    assert load_photos(pets, fast_decoding=True).decoder.reduce_to == 448
    assert load_photos(pets, fast_decoding=True, size=160).decoder.reduce_to == 320


@pytest.mark.parametrize("save", [Model.save, lambda model, path: saving.save(model, path, ["a", "b"])])
def test_fast_decoding_keeps_twice_what_a_network_in_a_file_sees(pets, tmp_path, save):
    path = tmp_path / "m.keras"
    save(small_model(size=(448, 448)), path)
    assert load_photos(pets, fast_decoding=True, network=path).decoder.reduce_to == 896
    path.unlink()
    with pytest.raises(ModelError, match=r"m\.keras cannot be read"):
        load_photos(pets, fast_decoding=True, network=path)


def test_every_function_takes_what_says_how_to_read_photos(pets):
    for function in (catsex.evaluate, catsex.compare, catsex.train, catsex.extract):
        with pytest.raises(DataError, match="no such class: cat; the classes are f, m"):
            function(pets, classes=["f", "cat"])
        with pytest.raises(TypeError, match="colour"):
            function(pets, colour="red")


@pytest.mark.parametrize("wrong", [5, ["a.jpg"], {"file": "a.jpg"}])
def test_what_is_no_set_of_photos_is_answered_with_what_is_taken(wrong):
    for function in (catsex.evaluate, catsex.compare, catsex.train, catsex.extract):
        with pytest.raises(DataError, match=r"photos is a \w+; expected a folder, table or archive, a DataFrame, or"):
            function(wrong)


def test_what_was_read_before_is_taken_as_it_is(pets):
    photos = load_photos(pets)
    assert as_photo_set(photos, network="MobileNetV2") is photos
    with pytest.raises(DataError, match="these photos are already loaded; pass strict to load_photos"):
        as_photo_set(photos, strict=True)
