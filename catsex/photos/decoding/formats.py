"""Which format the bytes of a file are in, by how they begin: an ending says nothing for certain."""

import struct

FIRST_BYTES = 4096  # as many tell every format; a camera raw file built on TIFF may need more to be told from TIFF

SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),  # the codestream alone
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JXL"),
    (b"\xff\x0a", "JXL"),  # the codestream alone
    (b"IIRO", "RAW"),  # Olympus
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"IIU\0", "RAW"),  # Panasonic, Leica
    (b"FUJIFILMCCD-RAW", "RAW"),
    (b"FOVb", "RAW"),  # Sigma
    (b"\0MRM", "RAW"),  # Minolta
    (b"II\x1a\0\0\0HEAPCCDR", "RAW"),  # Canon, CRW
    (b"\x93NUMPY", "NPY"),
    (b"SIMPLE  =", "FITS"),
    (b"ZISRAWFILE", "CZI"),
    (b"\xda\xce\xbe\x0a", "ND2"),
)
NOT_READ = {  # what it is, and how it becomes a picture
    "RAW": "camera raw, no picture yet; save it as JPEG, PNG or TIFF with the camera's program",
    "FITS": "FITS (astronomy), which is not read; save it as TIFF, with Fiji or astropy",
    "CZI": "CZI (a Zeiss microscope), which is not read; save it as TIFF, with ZEN or Fiji",
    "ND2": "ND2 (a Nikon microscope), which is not read; save it as TIFF, with NIS-Elements or Fiji",
    "LIF": "LIF (a Leica microscope), which is not read; save its pictures as TIFF, with LAS X or Fiji",
    "SVS": "SVS (a whole slide), which is not read; save parts of it as TIFF, with QuPath or OpenSlide",
}
SLIDE = b"Aperio Image Library"  # how the description in an SVS file begins, which else is a TIFF
BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)  # lengths of the second header, from OS/2 1 to Windows 5
TIFF_STARTS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}  # the latter two are BigTIFF
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2")
AVIF_BRANDS = (b"avif", b"avis")

DNG_VERSION, SUB_IFDS, PHOTOMETRIC = 0xC612, 0x014A, 0x0106  # DNG 1.7; TIFF/EP
SENSOR = (32803, 34892)  # photometric interpretations: colour filter array, linear raw
MAX_DIRECTORIES, MAX_TAGS = 16, 1000


def image_format(data):
    """Return which format a file is in, by its content.

    Parameters
    ----------
    data : bytes
        The whole file, or at least its first `FIRST_BYTES`. In fewer, formats with long headers are not recognised.

    Returns
    -------
    str or None
        "JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000", "JXL", "DICOM", "NPY"; one of
        `NOT_READ`, such as "RAW" for what a camera's sensor saw; None if these bytes begin like none of them. That the
        rest of the file is in order is not said, nor that the format can be read here.
    """
    found = next((name for start, name in SIGNATURES if data.startswith(start)), None)
    if found is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = "WEBP"
    elif found is None and data[:2] == b"BM" and len(data) >= 18:
        found = "BMP" if struct.unpack_from("<I", data, 14)[0] in BMP_HEADERS else None
    elif data[128:132] == b"DICM":  # before TIFF: its preamble may be the beginning of one
        found = "DICOM"
    elif data[:4] in TIFF_STARTS:
        raw = data[8:10] == b"CR" or _has_sensor_data(data)  # CR: Canon, CR2
        found = "SVS" if SLIDE in data else "RAW" if raw else "TIFF"
    elif data[4:8] == b"ftyp":
        found = _heif_format(data)
    elif data[:4] == b"p\0\0\0" and data[8:9] == b"*":
        found = "LIF"
    return found


def _heif_format(data):
    """Return the format of a file in boxes (ISO 14496-12), by the brands in its first box."""
    length = min(struct.unpack_from(">I", data)[0], 256)
    brands = [data[8:12]] + [data[at : at + 4] for at in range(16, min(length, len(data)), 4)]
    if brands[0] == b"crx ":  # Canon, CR3
        return "RAW"
    if any(brand in AVIF_BRANDS for brand in brands):
        return "AVIF"
    return "HEIF" if any(brand in HEIF_BRANDS for brand in brands) else None


def _has_sensor_data(data):
    """Return whether a TIFF says, as far as it is there, that an image in it is raw: a DNG, NEF, ARW, PEF, SRW …"""
    order = TIFF_STARTS[data[:4]]
    if data[:4] in (b"II+\0", b"MM\0+"):
        return False  # no camera writes BigTIFF
    to_see, seen = list(_integers(data, order, 4, "I", 1)), set[int]()
    while to_see and len(seen) < MAX_DIRECTORIES:
        at = to_see.pop()
        if at in seen:
            continue
        seen.add(at)
        count = next(iter(_integers(data, order, at, "H", 1)), 0)
        for entry in range(at + 2, at + 2 + 12 * min(count, MAX_TAGS), 12):
            if entry + 12 > len(data):
                break
            tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
            if tag == DNG_VERSION:
                return True
            if tag == PHOTOMETRIC and struct.unpack_from(order + "H", data, entry + 8)[0] in SENSOR:
                return True
            if tag == SUB_IFDS and kind in (4, 13):  # LONG, IFD
                place = entry + 8 if number == 1 else struct.unpack_from(order + "I", data, entry + 8)[0]
                to_see += _integers(data, order, place, "I", min(number, MAX_DIRECTORIES))
    return False


def _integers(data, order, at, kind, number):
    """Return whole numbers that lie in the file one after another, or none where the file ends before."""
    layout = f"{order}{number}{kind}"
    return struct.unpack_from(layout, data, at) if at + struct.calcsize(layout) <= len(data) else ()
