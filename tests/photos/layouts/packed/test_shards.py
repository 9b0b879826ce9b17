"""Pictures inside Parquet files, as Hugging Face's `datasets` writes them, and inside WebDataset's tar files."""

import io
import json
import tarfile

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.photos.layouts.packed import shards
from catsex.photos.layouts.reading import read_photos

pytestmark = pytest.mark.usefixtures("empty_cache")


@pytest.fixture
def parquet():
    """pyarrow, and a function that writes rows as `datasets` does."""
    arrow = pytest.importorskip("pyarrow", reason="pip install -e '.[scale]'")
    from pyarrow import parquet

    def write(path, rows, names=None):
        picture = arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])
        kind = arrow.int64() if names else arrow.string()
        said = {"image": {"_type": "Image"}} | ({"label": {"_type": "ClassLabel", "names": names}} if names else {})
        schema = arrow.schema(
            [("image", picture), ("label", kind), ("animal", arrow.string())],
            metadata={"huggingface": json.dumps({"info": {"features": said}})},
        )
        columns = [{"image": image, "label": label, "animal": animal} for image, label, animal in rows]
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(arrow.Table.from_pylist(columns, schema), path)
        return path

    return write


def rows_of(folder, labels, path=True):
    """Return rows of the photos in a folder, in the order of their names."""
    photos = sorted(folder.iterdir())
    return [
        ({"bytes": photo.read_bytes(), "path": photo.name if path else None}, labels[photo.name[0]], photo.name[:2])
        for photo in photos
    ]


def test_a_folder_of_parquet_files_is_read_as_the_photos_in_it(photo_folder, tmp_path, parquet):
    rows = rows_of(photo_folder, {"f": 0, "m": 1})
    parquet(tmp_path / "pets" / "data" / "train-00000-of-00002.parquet", rows[:15], ["female/queen", "male"])
    parquet(tmp_path / "pets" / "data" / "train-00001-of-00002.parquet", rows[15:30], ["female/queen", "male"])
    parquet(tmp_path / "pets" / "data" / "test-00000-of-00001.parquet", rows[30:], ["female/queen", "male"])
    (tmp_path / "pets" / "README.md").write_text("a data set")
    photos = read_photos(tmp_path / "pets")
    assert photos.name == "pets" and photos.class_names == ["female/queen", "male"]
    assert np.bincount(photos.labels).tolist() == [20, 20] and photos.held_out.sum() == 10
    assert set(photos.group_names) == {"f0", "f1", "f2", "m0", "m1", "m2"}
    original = {path.read_bytes() for path in photo_folder.iterdir()}
    assert {path.read_bytes() for path in photos.paths} == original
    again = read_photos(tmp_path / "pets")
    assert again.paths == photos.paths


def test_one_file_with_labels_in_words_and_pictures_without_names(photo_folder, tmp_path, parquet):
    path = parquet(tmp_path / "pets.parquet", rows_of(photo_folder, {"f": "queen", "m": "tom"}, path=False))
    photos = read_photos(path)
    assert (photos.name, photos.class_names) == ("pets", ["queen", "tom"])
    assert {photo.suffix for photo in photos.paths} == {".jpg"} and photos.held_out is None


def tar(path, files):
    with tarfile.open(path, "w") as file:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return path


def samples(folder, said):
    """Return the files of a WebDataset: each photo, and what `said` returns of it."""
    for number, photo in enumerate(sorted(folder.iterdir())):
        yield f"{number:06d}.jpg", photo.read_bytes()
        ending, text = said(photo.name)
        yield f"{number:06d}.{ending}", text.encode()


def test_tar_files_with_a_label_beside_each_photo_are_no_classes(photo_folder, tmp_path):
    files = list(samples(photo_folder, lambda name: ("cls", "10"[name[0] == "f"])))
    (tmp_path / "pets").mkdir()
    tar(tmp_path / "pets" / "shard-000000.tar", files[:40])
    tar(tmp_path / "pets" / "shard-000001.tar", files[40:])
    photos = read_photos(tmp_path / "pets")
    assert photos.class_names == ["0", "1"] and np.bincount(photos.labels).tolist() == [20, 20]


def test_a_tar_file_with_json_has_its_columns(photo_folder, tmp_path):
    def said(name):
        return "json", json.dumps({"species": name[0], "subject": name[:2], "boxes": [1, 2]})

    photos = read_photos(tar(tmp_path / "pets.tar", samples(photo_folder, said)))
    assert photos.class_names == ["f", "m"] and set(photos.group_names) == {"f0", "f1", "f2", "m0", "m1", "m2"}


def test_what_is_no_data_set_of_this_kind_is_left_to_others(photo_folder, tmp_path):
    plain = tar(
        tmp_path / "plain.tar", [(f"{path.name[0]}/{path.name}", path.read_bytes()) for path in photo_folder.iterdir()]
    )
    assert shards.unpacked(photo_folder) is None and shards.unpacked(plain) is None
    assert read_photos(plain).class_names == ["f", "m"]


def test_bad_files_are_one_line(photo_folder, tmp_path, parquet):
    rows = rows_of(photo_folder, {"f": "queen", "m": "tom"})
    rows[3] = ({"bytes": None, "path": "f04.jpg"}, "queen", "f0")
    with pytest.raises(DataError, match=r"pets\.parquet, row 4: no picture in the column image"):
        read_photos(parquet(tmp_path / "pets.parquet", rows))
    whole = parquet(tmp_path / "whole.parquet", rows[:3] + rows[4:]).read_bytes()
    cut = tmp_path / "cut.parquet"
    for length in (0, 100, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"cut\.parquet is not a readable Parquet file: .*"):
            read_photos(cut)
    files = list(samples(photo_folder, lambda name: ("cls", name[0])))
    del files[21]
    with pytest.raises(DataError, match=r"nothing says what 000010\.jpg is; expected 000010\.cls or \.json"):
        read_photos(tar(tmp_path / "lacks.tar", files))


def test_a_table_of_features_is_sent_to_where_it_belongs(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pip install -e '.[scale]'")
    from pyarrow import parquet

    parquet.write_table(arrow.table({"label": ["a"], "features": [[1.0, 2.0]]}), tmp_path / "features.parquet")
    with pytest.raises(DataError, match=r"no column of pictures, only label, features; for features, evaluate\.py"):
        read_photos(tmp_path / "features.parquet")
