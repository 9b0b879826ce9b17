import struct

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, encode, over_white
from PIL import features

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.avif_boxes import with_one_ipma

pytestmark = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")


def in_two_boxes(data):
    """Write the ipma box of an AVIF with colours and alpha, an entry for each, as two boxes."""
    at = data.index(b"ipma") - 4
    (size,) = struct.unpack_from(">I", data, at)
    head, entries = data[at + 4 : at + 12], data[at + 16 : at + size]
    first = 3 + entries[2]  # the item's number, how many properties, each in a byte
    boxes = [
        struct.pack(">I", 16 + len(part)) + head + struct.pack(">I", 1) + part
        for part in (entries[:first], entries[first:])
    ]
    content = bytearray(data[:at] + b"".join(boxes) + data[at + size :])
    for kind in (b"meta", b"iprp"):
        place = content.index(kind) - 4
        struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + 16)
    items = content.index(b"iloc") + 12
    for item in range(struct.unpack_from(">H", content, items - 2)[0]):
        place = items + 14 * item + 6  # number, reference, one extent
        struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + 16)
    return bytes(content)


def test_properties_in_two_boxes_are_read_as_those_in_one():
    whole = encode(np.dstack([COLOURS, ALPHA]), "AVIF", quality=95)
    split = in_two_boxes(whole)
    assert with_one_ipma(whole) is None and len(with_one_ipma(split)) == len(split)
    assert (decode_image(split, "photo") == decode_image(whole, "photo")).all()
    assert np.abs(decode_image(split, "photo") - over_white(COLOURS, ALPHA)).mean() < 6


def test_boxes_that_end_nowhere_are_one_line():
    split = bytearray(in_two_boxes(encode(np.dstack([COLOURS, ALPHA]), "AVIF")))
    at = split.index(b"ipma") - 4
    split[at : at + 4] = struct.pack(">I", 2**31)
    with pytest.raises(ImageError, match="photo is damaged or cut off"):
        decode_image(bytes(split), "photo")
