import logging
import sys
from pathlib import Path

import numpy as np
import pytest
from photo_files import COLOURS, GREY, three

from catsex.errors import CatsexError, ImageError
from catsex.photos.decoding import notices
from catsex.photos.decoding.images import count_frames, decode_image, read_image
from catsex.photos.decoding.kinds.dicom import is_dicom, patient
from catsex.photos.layouts.reading import read_photos

pydicom = pytest.importorskip("pydicom")
EXAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"


def save(path, values, kind="MONOCHROME2", **elements):
    """Write pixels as a DICOM file."""
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    colours = 3 if kind == "RGB" else 1
    shape = values.shape[-3:] if colours == 3 else values.shape[-2:]
    dataset.Rows, dataset.Columns = shape[:2]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = colours, kind
    dataset.BitsAllocated = dataset.BitsStored = 8 * values.dtype.itemsize
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, int(values.dtype.kind == "i")
    if colours == 3:
        dataset.PlanarConfiguration = 0
    for name, value in elements.items():
        setattr(dataset, name, value)
    dataset.PixelData = values.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)
    return path


def test_the_window_says_what_is_black_and_white(tmp_path):
    hounsfield = (GREY.astype(np.int16) * 4 - 160).astype(np.int16)  # a width of 400 around 40: from -160 to 240
    stored = {
        "RescaleSlope": "1",
        "RescaleIntercept": "-1024",
        "WindowCenter": ["40", "0"],
        "WindowWidth": ["400", "9"],
    }
    path = save(tmp_path / "a.dcm", hounsfield + np.int16(1024), **stored)
    expected = ((hounsfield - 40 + 0.5) / 399 + 0.5).clip(0, 1) * 255
    np.testing.assert_allclose(read_image(path)[..., 0], expected, atol=1)


def test_monochrome1_is_dark_where_its_values_are_high(tmp_path):
    path = save(tmp_path / "a.dcm", 255 - GREY, "MONOCHROME1")
    assert (read_image(path) == three(GREY)).all()


def test_12_bits_and_colours_and_frames(tmp_path):
    path = save(tmp_path / "a.dcm", GREY.astype(np.uint16) * 16, BitsStored=12, HighBit=11)
    np.testing.assert_allclose(read_image(path), three(GREY), atol=1)
    assert (read_image(save(tmp_path / "b.dcm", COLOURS, "RGB")) == COLOURS).all()
    several = save(tmp_path / "c.dcm", np.stack([COLOURS, 255 - COLOURS]), "RGB", NumberOfFrames="2")
    data = several.read_bytes()
    assert count_frames(data, "c") == 2
    assert (decode_image(data, "c") == COLOURS).all() and (decode_image(data, "c", frame=1) == 255 - COLOURS).all()


def test_the_patient_is_the_subject_and_burnt_in_text_is_said(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(notices, "_said", set())
    for number in range(8):
        who = {"PatientID": f"P{number % 4}", "BurnedInAnnotation": "YES"}
        save(tmp_path / "scans" / "ab"[number % 2] / f"{number}.dcm", GREY, **who)
    photos = read_photos(tmp_path / "scans")
    assert len(np.unique(photos.groups)) == 4 and "8 photos of 4 subjects" in photos.headline
    assert "The subject of a DICOM file is its PatientID: 4 patients" in caplog.messages
    photos.read(0), photos.read(1)
    assert sum("has text burnt in" in said for said in caplog.messages) == 1


def test_what_is_not_read_is_one_line_that_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "none.dcm").write_bytes(bytes(128) + b"DICM")
    with pytest.raises(ImageError, match=r"none\.dcm is (DICOM without a picture|damaged)"):
        read_image(tmp_path / "none.dcm")
    path = save(tmp_path / "a.dcm", GREY, PatientID="P1")
    assert is_dicom(path) and not is_dicom(tmp_path / "missing") and patient(path) == "P1"
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(ImageError, match=r'a\.dcm is DICOM; to read it: pip install -e "\.\[medical\]"'):
        read_image(path)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")  # of what is odd in a file
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.dcm")), ids=lambda path: path.name)
def test_pydicom_s_own_files_are_read_or_one_line(path, capfd):
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    try:
        pixels = read_image(path)
        assert pixels.dtype == np.uint8 and pixels.shape[2] == 3
    except CatsexError as error:
        assert "\n" not in str(error) and len(str(error)) < 300 + len(str(path))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("most", "white"), [(200, 255), (4095, 4095)])
def test_without_a_window_the_set_says_what_is_white(tmp_path, caplog, most, white):
    values = (GREY / 255 * most).round().astype(np.uint16)
    for name in ("a/1.dcm", "b/2.dcm"):
        save(tmp_path / name, values, BitsStored=12, HighBit=11)
    photos = read_photos(tmp_path)
    np.testing.assert_allclose(photos.read(0), three(values / white * 255), atol=1)
    assert f"0 is black, {white} white" in caplog.text


def test_how_many_pictures_a_file_holds_is_said(tmp_path, caplog):
    notices._said.clear()
    path = save(tmp_path / "a.dcm", np.stack([GREY, 255 - GREY]), NumberOfFrames=2)
    assert (read_image(path) == three(GREY)).all()
    assert "a.dcm holds 2 pictures; the first is read, --frames all, N, max or mean reads others" in caplog.text
