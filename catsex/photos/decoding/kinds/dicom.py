"""DICOM, as scanners in hospitals write it: its picture, its window, and whose picture it is."""

import io
from collections.abc import Sequence

import numpy as np

from catsex.errors import ImageError, reason
from catsex.files import show
from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.notices import say_once
from catsex.photos.decoding.opening import check_size, need

PREAMBLE, MAGIC = 128, b"DICM"  # PS3.10, 7.1


def is_dicom(path):
    """Return whether a file begins as DICOM does; False if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(PREAMBLE + len(MAGIC))[PREAMBLE:] == MAGIC
    except OSError:
        return False


def patient(path):
    """Return the PatientID of a DICOM file, or "" if it has none or cannot be read.

    Raises
    ------
    ImageError
        If the extra is not installed.
    """
    pydicom = need("pydicom", "DICOM", "medical", path)
    try:
        return str(pydicom.dcmread(path, stop_before_pixels=True).get("PatientID", "") or "").strip()
    except Exception:  # the error is raised when it is read
        return ""


def count_dicom(data, name):
    """Return how many pictures a DICOM file holds."""
    return int(_dataset(data, name, stop_before_pixels=True).get("NumberOfFrames", 1) or 1)


def from_dicom(data, name, frame=0):
    """Return the samples of a DICOM file; what its window leaves out is black or white.

    Raises
    ------
    ImageError
        If the extra is not installed, or there is no picture that can be read.
    Exception
        Of any kind, if the file is damaged.
    """
    dataset = _dataset(data, name)
    if "Rows" not in dataset or "Columns" not in dataset:
        raise ImageError(f"{show(name)} is DICOM without a picture; leave it out")
    check_size(dataset.Columns, dataset.Rows, name)
    if str(dataset.get("BurnedInAnnotation", "")).upper() == "YES":
        say_once("%s has text burnt in: a network can read it", name, "burnt in")
    from pydicom import pixels

    try:
        several = int(dataset.get("NumberOfFrames", 1) or 1) > 1
        values = pixels.pixel_array(dataset, index=frame if several else None)  # colours as RGB
    except (AttributeError, NotImplementedError, RuntimeError) as error:
        advice = "pip install pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg, or save it uncompressed"
        raise ImageError(f"{show(name)} is DICOM, compressed so that it takes more: {advice}") from error
    kind = str(dataset.PhotometricInterpretation)
    if kind == "PALETTE COLOR":
        values = pixels.apply_color_lut(values, dataset)
    if values.ndim == 3:
        return Samples(values[..., :3], "RGB", (0.0, 2.0**dataset.BitsStored - 1) if dataset.BitsStored != 16 else None)
    if "RescaleSlope" in dataset or "ModalityLUTSequence" in dataset:
        values = pixels.apply_modality_lut(values, dataset)
    if values.dtype == np.float64 and (values == np.round(values)).all():
        values = values.astype(np.int32 if abs(values).max() > 32767 else np.int16)
    return Samples(values, "L", _window(dataset), kind == "MONOCHROME1", usual=_by_bits(dataset))


def _window(dataset):
    """Return black and white as the first window says (PS3.3, C.11.2.1.2), or None."""
    centre, width = (_first(dataset.get(tag)) for tag in ("WindowCenter", "WindowWidth"))
    if centre is None or width is None or width <= 1:
        return None
    return centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2


def _by_bits(dataset):
    """Return the range of the bits, of which magnetic resonance may use the lowest tenth; None if they say nothing."""
    plain = dataset.BitsStored < 16 and not dataset.get("PixelRepresentation") and "RescaleSlope" not in dataset
    return (0.0, 2.0**dataset.BitsStored - 1) if plain else None


def _first(value):
    """Return the first number of an element that may have several, or None."""
    numbers = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return None if not numbers or numbers[0] in (None, "") else float(numbers[0])


def _dataset(data, name, **options):
    """Return what a DICOM file says."""
    pydicom = need("pydicom", "DICOM", "medical", name)
    try:
        return pydicom.dcmread(io.BytesIO(data), **options)
    except Exception as error:
        raise ImageError(f"{show(name)} is damaged: {reason(error)}") from error
