import numpy as np
import pytest

from catsex.errors import DataError
from catsex.photos.layouts.label_tools.boxes import Annotated, Box, annotated_rows
from catsex.photos.layouts.named_files import NamedFiles


def test_the_picture_is_the_subject_of_its_boxes_and_small_ones_are_left_out(pictures, caplog):
    boxes = [("cat", Box(0, 0, 20, 20)), ("dog", Box(0.5, 0, 0.5, 0.5, shares=True)), ("dog", Box(0, 0, 3, 30))]
    rows = annotated_rows([Annotated("images/1.png", boxes)], NamedFiles(pictures), pictures, crop=True)
    assert [(row.label, row.subject) for row in rows] == [("cat", "images/1.png"), ("dog", "images/1.png")]
    assert "1 boxes smaller than 8 pixels are left out" in caplog.text
    again = annotated_rows([Annotated("images/1.png", boxes)], NamedFiles(pictures), pictures, crop=True)
    assert [row.path for row in again] == [row.path for row in rows]


def test_a_box_that_leaves_the_picture_ends_at_its_border(pictures):
    from catsex.photos.decoding.images import read_image

    found = Annotated("images/1.png", [("cat", Box(-10, 30, 40, 40))])
    [row] = annotated_rows([found], NamedFiles(pictures), pictures, crop=True)
    assert read_image(row.path).shape == (10, 30, 3) and np.all(read_image(row.path)[..., 0] == 201)


def test_pictures_without_labels_are_left_out_and_several_labels_are_said(pictures, caplog):
    none, both = Annotated("images/1.png", []), Annotated("images/2.png", [("cat", None), ("dog", None)])
    one = Annotated("images/3.png", [("cat", None)])
    files = NamedFiles(pictures)
    with pytest.raises(DataError, match=r"images/2\.png has 2 labels, cat and dog; --one-label first"):
        annotated_rows([one, both], files, pictures)
    assert [row.label for row in annotated_rows([none, one, both], files, pictures, one_label="first")] == ["cat"] * 2
    assert "1 pictures without a label are left out" in caplog.text
    with pytest.raises(DataError, match="has no boxes of pictures"):
        annotated_rows([one], files, pictures, crop=True)
