"""What is seen of pictures from microscopes, satellites and scanners: each kind is built of photos and read.

    python benchmarks/pictures.py

For each kind: mean and standard deviation of what is read, 0 to 255, how far it lies from the photos themselves (mean
absolute difference), and what is said. It takes tifffile and imagecodecs (pip install -e ".[scans]").
"""

import logging
import sys
import tempfile
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from catsex.datasets import load_photos
from catsex.errors import CatsexError
from catsex.photos import read_photos
from catsex.photos.decoding import notices

COUNT, SIDE = 14, 200  # photos; pixels
TIFF = tifffile.imwrite


def twelve(a):
    """Return RGB of 12 bits."""
    return a[..., :3] * 16 + a[..., :3] // 16


def grey(a):
    """Return the red channel as grey."""
    return a[..., :1].repeat(3, axis=2)


def with_bar(a):
    """Return RGB of 12 bits with a scale bar burnt in."""
    a = twelve(a)
    a[180:184, 140:190] = 65535
    return a


def with_pixel(a, value, kind):
    """Return values of a type with one hot pixel."""
    a = a.astype(kind)
    a[7, 7] = value
    return a


def with_rows(a, value):
    """Put one value into the first 20 rows."""
    a[:20] = value
    return a


def declared(value):
    """Return GDAL's tag for no value."""
    return [(42113, "s", 0, value, True)]


def bands(a):
    """Return 13 bands, (13, H, W), the second to fourth of which are blue, green and red."""
    return np.stack([a[..., 0] * 0 + 300, a[..., 2], a[..., 1], *[a[..., 0]] * 10]) * 16


# What is written of a photo a, (H, W, 3), uint16, 0 to 255; what should be seen; options of reading.
KINDS = {
    "RGB and near infrared, 12 bits in 16": (
        lambda p, a: TIFF(p, np.dstack([twelve(a), twelve(a)[..., 0]]), photometric="rgb", extrasamples=[0]),
        None,
        {},
    ),
    "alpha 65535 beside 12-bit values": (
        lambda p, a: TIFF(
            p, np.dstack([twelve(a), a[..., 0] * 0 + 65535]), photometric="rgb", extrasamples=["unassalpha"]
        ),
        None,
        {},
    ),
    "--frames all, the second page 50 times brighter": (
        lambda p, a: TIFF(p, np.stack([a[..., 0] * 4, a[..., 0] * 200]), imagej=True, metadata={"axes": "TYX"}),
        None,
        {"frames": "all"},
    ),
    "12 bits and a scale bar of 65535": (lambda p, a: TIFF(p, with_bar(a), photometric="rgb"), None, {}),
    "12 bits and a pixel of 65535": (
        lambda p, a: TIFF(p, with_pixel(twelve(a), 65535, "u2"), photometric="rgb"),
        None,
        {},
    ),
    "floats and one of 1e6": (lambda p, a: TIFF(p, with_pixel(a[..., 0] / 255, 1e6, "f4")), grey, {}),
    "lowest value 32768": (lambda p, a: TIFF(p, a[..., 0] * 16 + 32768), grey, {}),
    "floats, -9999 declared": (
        lambda p, a: TIFF(p, with_rows((a[..., 0] / 255).astype("f4"), -9999), extratags=declared("-9999")),
        grey,
        {},
    ),
    "floats, -9999 not declared": (lambda p, a: TIFF(p, with_rows((a[..., 0] / 255).astype("f4"), -9999)), grey, {}),
    "signed, -32768 declared": (
        lambda p, a: TIFF(p, with_rows((a[..., 0] * 128).astype("i2"), -32768), extratags=declared("-32768")),
        grey,
        {},
    ),
    "12 bits, 65535 declared": (
        lambda p, a: TIFF(p, with_rows(twelve(a)[..., 0], 65535), extratags=declared("65535")),
        grey,
        {},
    ),
    "floats and NaN": (lambda p, a: TIFF(p, with_rows((a[..., 0] / 255).astype("f4"), np.nan)), grey, {}),
    "signed, to 32767": (lambda p, a: TIFF(p, (a[..., 0] * 128.49).astype("i2")), grey, {}),
    "12 bits in a 16-bit JPEG 2000": (
        lambda p, a: p.with_suffix(".jp2").write_bytes(
            imagecodecs.jpeg2k_encode(twelve(a), level=0, bitspersample=16, reversible=True)
        ),
        None,
        {},
    ),
    "12 bits, --levels 0 8190": (
        lambda p, a: TIFF(p, twelve(a), photometric="rgb"),
        lambda a: a / 2,
        {"levels": (0, 8190)},
    ),
    "ImageJ, two channels, the first empty": (
        lambda p, a: TIFF(p, np.stack([a[..., 0] * 0 + 100, twelve(a)[..., 1]]), imagej=True, metadata={"axes": "CYX"}),
        None,
        {},
    ),
    "the same, --bands 2": (
        lambda p, a: TIFF(p, np.stack([a[..., 0] * 0 + 100, twelve(a)[..., 0]]), imagej=True, metadata={"axes": "CYX"}),
        grey,
        {"bands": (2,)},
    ),
    "ImageJ, 10 depths of 3 channels, --frames max": (
        lambda p, a: TIFF(
            p,
            np.stack([np.moveaxis(twelve(a) // (10 - n), -1, 0) for n in range(10)]),
            imagej=True,
            metadata={"axes": "ZCYX"},
        ),
        None,
        {"frames": "max"},
    ),
    "OME, three channels as pages": (
        lambda p, a: TIFF(p, np.moveaxis(twelve(a), -1, 0), ome=True, metadata={"axes": "CYX"}),
        None,
        {},
    ),
    "13 bands, planar, --bands 4 3 2": (
        lambda p, a: TIFF(p, bands(a), planarconfig="separate", metadata=None),
        None,
        {"bands": (4, 3, 2)},
    ),
    "13 bands, planar": (lambda p, a: TIFF(p, bands(a), planarconfig="separate", metadata=None), None, {}),
}


def main():
    """Build each kind, read it, and print what is seen."""
    photos = load_photos()
    chosen = np.linspace(0, len(photos) - 1, COUNT).astype(int)
    originals = [np.asarray(Image.fromarray(photos.read(i)).resize((SIDE, SIDE))).astype("u2") for i in chosen]
    heard = logging.Handler()
    heard.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("catsex").addHandler(heard)
    logging.getLogger("catsex").propagate = False
    print("mean   sd   off  kind: what is said")
    for kind, (write, seen, options) in KINDS.items():
        said: list = []
        notices._said.clear()
        with tempfile.TemporaryDirectory() as folder:
            for number, a in enumerate(originals):
                path = Path(folder, "ab"[number % 2], f"{number:02d}.tif")
                path.parent.mkdir(exist_ok=True)
                write(path, a.copy())
            try:
                found = read_photos(folder, **options)
                order = [originals[int(path.stem)] for path in found.paths] if options.get("frames") != "all" else None
                pixels = [found.read(i).astype(float) for i in range(len(found))]
            except CatsexError as error:
                print(f"  -    -    -   {kind}: {error}")
                continue
        off = "    -"
        if order is not None:
            expected = [seen(a) if seen else a for a in order]
            off = f"{np.mean([abs(a - p).mean() for a, p in zip(expected, pixels, strict=True)]):5.1f}"
        print(f"{np.mean(pixels):5.1f} {np.mean([p.std() for p in pixels]):5.1f} {off} {kind}: {' | '.join(said)}")


if __name__ == "__main__":
    sys.exit(main())
