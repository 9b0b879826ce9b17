import io

import pytest
from PIL import Image

from catsex.photos.exif import read_exif

SAID = {"camera": "Acme Box 1", "lens": "50 mm", "taken": 1577880000.0, "latitude": -33.5, "longitude": 18.25}


def photo(file_format):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Acme\0", "Box 1"
    exif.get_ifd(0x8769).update({0x9003: "2020:01:01 12:00:00", 0xA434: "50 mm"})
    exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 30.0, 0.0), 3: "E", 4: (18.0, 15.0, 0.0)})
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, file_format, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_a_file_says_of_its_photo_is_read(file_format):
    if file_format == "AVIF":
        from PIL import features

        if not features.check("avif"):
            pytest.skip("this Pillow writes no AVIF")
    assert read_exif(photo(file_format)) == SAID


def test_heic_is_read_too():
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    assert read_exif(photo("HEIF")) == SAID


@pytest.mark.filterwarnings("ignore:(Corrupt EXIF data|Truncated File Read)")
def test_nothing_is_said_of_files_that_say_nothing_or_are_damaged():
    assert read_exif(b"") == read_exif(b"no photo") == {}
    data = photo("JPEG")
    for cut in range(0, 400, 7):
        read_exif(data[:cut] + bytes(20) + data[cut + 20 :])
        read_exif(data[:cut])


def test_a_tiff_begins_with_what_other_files_carry_inside():
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, "TIFF", tiffinfo={0x010F: "Acme", 0x0110: "Box 1"})
    assert read_exif(file.getvalue()) == {"camera": "Acme Box 1"}
