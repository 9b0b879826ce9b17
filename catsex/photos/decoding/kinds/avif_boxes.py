"""AVIFs in which an encoder wrote each item's properties into a box of its own: browsers read them, libavif not."""

import struct

HEAD = 16  # bytes of an ipma box before its entries: size, kind, version and flags, number of entries
KIND, FREE = b"ipma", b"free"  # ISO/IEC 23008-12, 9.3; ISO/IEC 14496-12, 8.1.2


def with_one_ipma(data):
    """Return an AVIF whose neighbouring ipma boxes are one, of the same length in all; None if there is only one.

    Parameters
    ----------
    data : bytes
    """
    at = data.find(KIND) - 4
    if at < 0:
        return None
    entries, number, end = b"", 0, at
    while data[end + 4 : end + 8] == KIND and data[end + 8 : end + 12] == data[at + 8 : at + 12]:
        size, _, _, count = struct.unpack_from(">I4s4sI", data, end)
        if not HEAD <= size <= len(data) - end:
            return None
        entries, number, end = entries + data[end + HEAD : end + size], number + count, end + size
    saved, parent = end - at - HEAD - len(entries), data.rfind(b"iprp", 0, at) - 4
    if saved <= 0 or parent < 0:
        return None
    (size,) = struct.unpack_from(">I", data, parent)
    if parent + size != end:  # the boxes are not the last ones in theirs, behind which what is saved can lie
        return None
    box = struct.pack(">I4s4sI", HEAD + len(entries), KIND, data[at + 8 : at + 12], number) + entries
    before = data[:parent] + struct.pack(">I", size - saved) + data[parent + 4 : at]
    return before + box + struct.pack(">I4s", saved, FREE) + bytes(saved - 8) + data[end:]
