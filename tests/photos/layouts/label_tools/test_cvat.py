import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading

BOX = '<box label="{}" occluded="0" xtl="30" ytl="0" xbr="60.0" ybr="40.0"/>'
SHAPES = [
    BOX,
    '<polygon label="{}" points="30.0,0.0;60.0,0.0;45.0,40.0"/>',
    '<ellipse label="{}" cx="45" cy="20" rx="15" ry="20"/>',
    '<mask label="{}" rle="3, 4" left="30" top="0" width="30" height="40"/>',
]


def write(pictures, shape, before=""):
    """Write annotations.xml as CVAT does: cat, cat, dog, dog; the last picture is of the part Test."""
    images = "".join(
        f'<image id="{k}" name="{k}.png" subset="{"Test" if k == 4 else "Train"}" width="60" height="40">'
        f"{shape.format('cat' if k < 3 else 'dog')}</image>"
        for k in range(1, 5)
    )
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n{before}<annotations>\n<version>1.1</version>{images}</annotations>'
    )
    (pictures / "annotations.xml").write_text(text)
    return pictures / "annotations.xml"


@pytest.mark.parametrize("shape", ['<tag label="{}" source="manual"></tag>', *SHAPES])
@pytest.mark.parametrize("whole", [False, True])
def test_cvat_is_read_by_its_file_and_by_its_folder(pictures, shape, whole):
    path = write(pictures, shape)
    photos = reading.read_photos(pictures if whole else path)
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1, 1]
    assert photos.held_out.tolist() == [False, False, False, True]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_box_around_a_shape_is_cut_out(pictures, shape):
    write(pictures, shape)
    pixels = reading.read_photos(pictures, crop=True).read(0)
    assert pixels.shape == (40, 30, 3) and not pixels[..., 0].any() and (pixels[..., 2] == 201).all()


@pytest.mark.parametrize(
    ("shape", "before", "message"),
    [
        ("<tag/>", "", "is not a readable file of labels"),
        ('<track label="{}"/>', "", "export it as CVAT for images"),
        (BOX, '<!DOCTYPE a [<!ENTITY b "c">]>', "it declares entities"),
    ],
)
def test_what_cannot_be_read_is_one_line(pictures, shape, before, message):
    with pytest.raises(DataError, match=message):
        reading.read_photos(write(pictures, shape, before))
