import tarfile
import zipfile

import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading


def test_a_flat_part_without_labels_is_left_out_and_said(pets, caplog):
    folder = pets("train/cat/1.jpg", "train/dog/2.jpg", "test/3.jpg", "test/4.jpg")
    photos = reading.read_photos(folder)
    assert len(photos) == 2 and photos.held_out is None
    assert "test has 2 photos without labels and is left out; ask a trained model about them" in caplog.text
    pets("val/cat/5.jpg", "val/dog/6.jpg")
    assert reading.read_photos(folder).held_out.tolist() == [False, False, True, True]


def test_a_zip_for_each_class_is_read(pets, tmp_path, empty_cache):
    folder = pets("cat/1.jpg", "cat/2.jpg", "dog/3.jpg")
    (tmp_path / "packed").mkdir()
    for name in ("cat", "dog"):
        with zipfile.ZipFile(tmp_path / "packed" / f"{name}.zip", "w") as file:
            for photo in (folder / name).iterdir():
                file.write(photo, f"{name}/{photo.name}")
    photos = reading.read_photos(tmp_path / "packed")
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1] and photos.groups is None
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:  # a zip of zips
        for packed in (tmp_path / "packed").iterdir():
            file.write(packed, packed.name)
    assert reading.read_photos(tmp_path / "all.zip").labels.tolist() == [0, 0, 1]


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz"])
def test_a_tar_file_is_read_and_its_links_are_not_followed(pets, tmp_path, empty_cache, ending):
    folder = pets("cat/1.jpg", "dog/2.jpg")
    path = tmp_path / f"pets{ending}"
    link = tarfile.TarInfo("pets/cat/3.jpg")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(path, "w:gz" if "g" in ending else "w") as file:
        file.add(folder, "pets")
        file.addfile(link)
    photos = reading.read_photos(path)
    assert len(photos) == 2 and photos.name == "pets"
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(DataError, match="is not a readable tar file"):
        reading.read_photos(path)


@pytest.mark.parametrize("name", ["x.7z", "x.rar"])
def test_what_cannot_be_unpacked_is_said(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(DataError, match=rf"{name} is an archive of an unsupported kind; unpack it"):
        reading.read_photos(tmp_path / name)


def test_masks_are_left_out_unless_asked_for(pets, caplog):
    folder = pets("a/1.jpg", "a/1_mask.png", "a/2.jpg", "b/3.jpg", "b/3-seg.jpg", "b/gt.jpg", "b/4_gt.jpg")
    assert len(reading.read_photos(folder)) == 5
    assert "2 masks such as" in caplog.text and "--masks reads them" in caplog.text
    assert len(reading.read_photos(folder, masks=True)) == 7


def test_side_files_of_photos_are_clutter(pets):
    folder = pets("a/1.jpg", "a/1.jpg.json", "a/1.AAE", "a/1.MOV", "b/2.jpg", "b/2.jpg.supplemental-metadata.json")
    assert len(reading.read_photos(folder)) == 2
    (folder / "b" / "film.mov").touch()
    with pytest.raises(DataError, match=r"film\.mov is not a photo"):
        reading.read_photos(folder)


def test_the_table_that_is_pointed_to_is_not_one_to_fill_in(pets):
    folder = pets("1.jpg", "2.jpg")
    for name in ("sample_submission.csv", "test.csv", "train.csv"):
        (folder / name).touch()
    with pytest.raises(DataError, match=r"is .*train\.csv a table of them"):
        reading.read_photos(folder)


def test_what_has_no_boxes_is_said(pets, table):
    for place in (pets("a/1.jpg", "b/2.jpg"), table("file,label\n1.jpg,a\n2.jpg,b\n")):
        with pytest.raises(DataError, match=r"has no readable boxes|whose boxes are not read; --crop takes COCO"):
            reading.read_photos(place, crop=True)


@pytest.mark.parametrize(("names", "refused"), [(("part_1", "part_2"), True), (("cat", "dog"), False)])
def test_a_table_of_labels_in_a_folder_of_classes_is_said(pets, caplog, names, refused):
    root = pets(*(f"{name}/{k}.jpg" for name in names for k in range(2)))
    (root / "labels.csv").write_text("image_id,dx\n" + "".join(f"{k},nv\n" for k in range(2)))
    if refused:
        with pytest.raises(DataError, match=r"labels\.csv names labels, and the folders are part_1 …; pass the table"):
            reading.read_photos(root)
        assert reading.read_photos(root, folders="class").class_names == ["part_1", "part_2"]
    else:
        assert reading.read_photos(root).class_names == ["cat", "dog"]
        assert "labels.csv names labels too: pass it as --data" in caplog.text
