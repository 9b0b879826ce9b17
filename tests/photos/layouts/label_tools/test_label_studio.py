import json

import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading
from catsex.photos.layouts.label_tools import label_studio

KINDS = ["cat", "cat", "dog", "dog"]
RIGHT_HALF = {"x": 50, "y": 0, "width": 50, "height": 100}
TRIANGLE = {"points": [[50, 0], [100, 0], [75, 100]]}


def write(folder, tasks):
    path = folder / "min.json"
    path.write_text(
        json.dumps([{"id": k, "image": f"/data/upload/1/{k}.png", **one} for k, one in enumerate(tasks, 1)])
    )
    return path


def test_labels_are_found_under_the_name_that_the_interface_gives_them(pictures):
    photos = reading.read_photos(write(pictures, [{"animal": kind, "annotator": 1} for kind in KINDS]))
    assert photos.labels.tolist() == [0, 0, 1, 1]


def test_two_names_that_could_hold_the_labels_are_named(pictures):
    path = write(pictures, [{"animal": kind, "site": "a"} for kind in KINDS])
    with pytest.raises(DataError, match=r"min\.json: the labels may be under animal and site; call .* label"):
        reading.read_photos(path)


@pytest.mark.parametrize("shape", [RIGHT_HALF, TRIANGLE])
def test_the_box_around_a_drawn_shape_is_cut_out(pictures, shape):
    kind = "polygonlabels" if "points" in shape else "rectanglelabels"
    path = write(pictures, [{"label": [{**shape, kind: [one]}]} for one in KINDS])
    assert reading.read_photos(path).labels.tolist() == [0, 0, 1, 1]
    pixels = reading.read_photos(path, crop=True).read(0)
    assert pixels.shape == (40, 30, 3) and (pixels[..., 2] == 201).all()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('{"choices":["cat","outdoor"]}', ["cat", "outdoor"]),
        ('[{"x":1,"y":2,"width":3,"height":4,"rectanglelabels":["cat"]},{"rectanglelabels":["cat"]}]', ["cat"]),
        ("[]", []),
        ("cat", None),
        ("[cat", None),
    ],
)
def test_cells_of_its_csv_hold_labels_as_json(text, labels):
    assert label_studio.labels_in_cell(text) == labels


def test_a_table_with_json_in_its_cells_is_learned_by_the_labels(table):
    def cell(kind):
        return '"[{""x"":1,""y"":2,""width"":3,""height"":4,""rectanglelabels"":[""' + kind + '""]}]"'

    photos = reading.read_photos(table("image,label\n" + "".join(f"{k + 1}.jpg,{cell(KINDS[k])}\n" for k in range(4))))
    assert photos.class_names == ["cat", "dog"]
    several = '"{""choices"":[""cat"",""outdoor""]}"'
    path = table("image,choice\n1.jpg,cat\n2.jpg,dog\n3.jpg,dog\n" + f"4.jpg,{several}\n")
    with pytest.raises(DataError, match="row 5: 2 labels, cat and outdoor"):
        reading.read_photos(path)


def test_labels_that_prodigy_proposed_and_a_person_refused_are_none(pictures):
    tasks = [{"label": kind, "answer": "accept"} for kind in KINDS[:3]]
    photos = reading.read_photos(write(pictures, [*tasks, {"label": "cat", "answer": "reject"}]))
    assert photos.labels.tolist() == [0, 0, 1]
