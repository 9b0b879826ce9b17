"""Which photos show the same subject: by folders, by names, across a split."""

import shutil

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import splits
from catsex.photos.layouts import reading, subjects


@pytest.fixture
def pets(photo_folder, tmp_path):
    """Return a function that makes a folder of real little photos under the names that are given."""

    def make(*names):
        for name in names:
            (tmp_path / "pets" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(photo_folder / "f01.jpg", tmp_path / "pets" / name)
        return tmp_path / "pets"

    return make


def test_folders_in_the_class_folders_are_subjects(pets, caplog):
    photos = reading.read_photos(pets("cat/tom/1.jpg", "cat/tom/2.jpg", "cat/lisa/1.jpg", "dog/rex/1.jpg"))
    assert photos.class_names == ["cat", "dog"]
    assert [photos.group_names[group] for group in photos.groups] == ["lisa", "tom", "tom", "rex"]
    assert photos.headline == "4 photos of 3 subjects from pets: 3 cat, 1 dog"
    assert "taken for subjects, such as cat/lisa; if they are not, pass --folders class" in caplog.text
    assert photos.subset(np.array([True, False, False, True])).groups.tolist() == [0, 2]


def test_numbered_subjects_of_two_classes_are_two(pets):
    photos = reading.read_photos(pets("cat/1/a.jpg", "cat/1/b.jpg", "dog/1/a.jpg", "dog/2/a.jpg"))
    assert len(set(photos.groups.tolist())) == 3


def test_what_could_be_read_in_two_ways_is_not_guessed(pets):
    folder = pets("2023/cat/1.jpg", "2023/dog/1.jpg", "2024/cat/2.jpg", "2024/dog/2.jpg")
    with pytest.raises(
        DataError, match=r"cat, in several others: 2023/cat/ \(1 photo\), .*--folders subject/class"
    ) as e:
        reading.read_photos(folder)
    assert "\n" not in str(e.value)
    photos = reading.read_photos(folder, folders="year/class")
    assert photos.class_names == ["cat", "dog"] and photos.groups is None
    assert photos.columns == {"year": ["2023", "2024", "2023", "2024"]}
    photos = reading.read_photos(folder, folders="subject/class")
    assert [photos.group_names[group] for group in photos.groups] == ["2023", "2024", "2023", "2024"]


@pytest.mark.parametrize("levels", ["", "subject", "class/class", "class//subject"])
def test_levels_that_say_nothing_are_refused(pets, levels):
    with pytest.raises(DataError, match="expected the levels of folders, as in class/subject"):
        reading.read_photos(pets("a/b/1.jpg", "b/c/1.jpg"), folders=levels)


@pytest.mark.parametrize(
    ("levels", "groups"), [("class", None), ("class/subject", 4), ("class/-/subject", 4), ("class/subject/-", 4)]
)
def test_mixed_depths_are_read_as_they_are_said_to_be(pets, levels, groups):
    names = "cat/tom/a/1.jpg", "cat/tom/b/1.jpg", "cat/2.jpg", "dog/rex/a/1.jpg", "dog/3.jpg"
    photos = reading.read_photos(pets(*names), folders=levels)
    assert len(photos) == 5 and photos.class_names == ["cat", "dog"]
    assert (photos.group_names and len(photos.group_names)) == groups  # a photo of no known subject is its own


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{subject}_{}.jpg", ["tom", "tom", "lisa", "rex"]),
        ("{subject}_{}", ["tom", "tom", "lisa", "rex"]),
        ("^([a-z]+)", ["tom", "tom", "lisa", "rex"]),
        (r"_(\d+)", ["1", "2", "1", "1"]),
        (r"(\w+/[a-z]+)_", ["cat/tom", "cat/tom", "cat/lisa", "dog/rex"]),
    ],
)
def test_names_say_the_subject(pets, pattern, expected):
    folder = pets("cat/tom_1.jpg", "cat/tom_2.jpg", "cat/lisa_1.jpg", "dog/rex_1.jpg")
    photos = reading.read_photos(folder, subjects=pattern)
    names = {path.name: photos.group_names[group] for path, group in zip(photos.paths, photos.groups, strict=True)}
    assert [names[name] for name in ("tom_1.jpg", "tom_2.jpg", "lisa_1.jpg", "rex_1.jpg")] == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{subject}-{}.jpg", r"does not fit the name 1_a\.jpg \(3 of 3 do not\)"),
        ("(a", "is not a regular expression"),
        ("abc", r"needs \{subject\} in it"),
        ("(a)(b)", r"exactly one \(group\)"),
        ("{subject}_{subject}", "twice"),
    ],
)
def test_a_pattern_that_fits_nothing_is_refused(pets, pattern, message):
    with pytest.raises(DataError, match=message) as caught:
        reading.read_photos(pets("a/1_a.jpg", "a/2_a.jpg", "b/1_a.jpg"), subjects=pattern)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("names", "option"),
    [
        (["a/tom_1", "a/tom_2", "a/lisa_1", "a/lisa_2", "b/rex_1", "b/rex_2", "b/bob_1"], "'{subject}_{}'"),
        (["a/tom1", "a/tom2", "a/lisa1", "a/lisa2", "b/rex1", "b/rex2", "b/bob1"], r"'^(.*?)\d+\.'"),
        (["a/01-1", "a/01-2", "a/02-1", "a/02-2", "b/03-1", "b/03-2", "b/04-1"], "'{subject}-{}'"),
        (["a/IMG_1", "a/IMG_2", "a/DSC_1", "a/DSC_2", "b/IMG_3", "b/IMG_4", "b/DSC_9"], None),
        (["a/cat.1", "a/cat.2", "a/cat.3", "b/dog.1", "b/dog.2"], None),
        (["a/IMG_20230101_1", "a/IMG_20230101_2", "a/IMG_20240101_1", "b/IMG_20230103_1", "b/IMG_20230101_3"], None),
        (["a/one", "a/two", "b/three", "b/four"], None),
        (["a/1", "a/2", "b/1", "b/2"], None),
    ],
)
def test_names_that_look_like_subjects_are_a_notice_and_nothing_more(pets, caplog, names, option):
    folder = pets(*(f"{name}.jpg" for name in names))
    photos = reading.read_photos(folder)
    assert photos.groups is None
    assert ("look like several photos of one subject" in caplog.text) is (option is not None)
    if option:
        assert f"--subjects {option}" in caplog.text
        said = reading.read_photos(folder, subjects=option.strip("'"))
        assert len(said.group_names) == 4


def test_the_numbered_cats_are_no_subjects(photo_folder, caplog):
    assert reading.read_photos(photo_folder).groups is None
    assert not caplog.text


def test_subjects_on_both_sides_of_a_split_are_named(pets, caplog):
    names = "train/cat/tom_1", "train/cat/lisa_1", "train/dog/rex_1", "test/cat/tom_2", "test/dog/bob_1"
    photos = reading.read_photos(pets(*(f"{name}.jpg" for name in names)), subjects="{subject}_{}.jpg")
    assert photos.held_out.sum() == 2
    assert "subjects both trained on and held out: 1, such as tom" in caplog.text


def test_a_subject_in_two_classes_is_said(pets, caplog):
    photos = reading.read_photos(pets("sad/ann_1.jpg", "glad/ann_2.jpg"), subjects="{subject}_{}.jpg")
    assert photos.groups.tolist() == [0, 0]
    assert "subjects in more than one class: 1, such as ann in glad and sad" in caplog.text


def test_groups_are_held_out_whole():
    rng = np.random.default_rng(0)
    for _ in range(200):
        groups = rng.integers(0, 12, 60)
        labels = rng.integers(0, 2, 12)[groups]
        if min(len(np.unique(groups[labels == label])) for label in (0, 1)) < 2:
            continue
        for held_out in (
            splits.last_of_each_class(labels, groups=groups),
            splits.some_of_each_class(labels, 1, groups=groups),
        ):
            assert not set(groups[held_out]) & set(groups[~held_out])
            assert set(labels[held_out]) == set(labels[~held_out]) == {0, 1}


def test_groups_of_one_are_held_out_as_photos_are():
    labels = np.random.default_rng(0).integers(0, 3, 50)
    for function, arguments in ((splits.last_of_each_class, ()), (splits.some_of_each_class, (3,))):
        alone = function(labels, *arguments)
        np.testing.assert_array_equal(alone, function(labels, *arguments, groups=np.arange(50)[::-1]))


def test_a_class_of_one_subject_cannot_be_split():
    with pytest.raises(DataError, match="class 1 cannot be split"):
        splits.last_of_each_class(np.array([0, 0, 0, 1, 1, 1]), groups=np.array([0, 1, 2, 3, 3, 3]))


def test_the_pattern_is_compiled_once_and_plain():
    expression, whole = subjects.compiled("{subject}_(1)_{}.JPG")
    assert whole and expression.fullmatch("tom_(1)_left.jpg")[1] == "tom"
