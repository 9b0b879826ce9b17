import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Cats", "cats", True),
        ("black cat", "black_cat", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("A", "A-", True),
        ("1", "-1", False),
        ("cat", "dog", False),
    ],
)
def test_two_spellings_are_two_classes_and_said(pets, caplog, one, other, said):
    photos = reading.read_photos(pets(f"{one}/1.jpg", f"{other}/1.jpg"))
    assert len(photos.class_names) == 2 and set(photos.class_names) == {one, other}
    assert ("two spellings of one" in caplog.text) is said


def test_classes_are_chosen_ordered_and_joined(pets, caplog):
    folder = pets("Cat/1.jpg", "cat/2.jpg", "dog/3.jpg", "owl/4.jpg")
    photos = reading.read_photos(folder, classes={"dog": ["dog"], "cats": ["Cat", "cat"]})
    assert photos.class_names == ["dog", "cats"]
    assert [path.name for path in photos.paths] == ["3.jpg", "1.jpg", "2.jpg"]
    assert "classes not used: owl" in caplog.text and "spellings" not in caplog.text
    with pytest.raises(DataError, match="no such class: hen; the classes are Cat, cat, dog, owl"):
        reading.read_photos(folder, classes=["hen", "cat"])
