"""Golden near-duplicates, bursts and frames: files with EXIF metadata, and what Python finds to be alike in them."""

import base64
import io
import tempfile
import warnings
from pathlib import Path

import numpy as np

from catsex.evaluation.grouping.alike import find_alike
from catsex.photos.exif import EXIF, MAKE, MODEL, TAKEN, read_exif
from catsex.photos.photoset import photo_set

FORMATS = ("JPEG", "PNG", "WEBP")
# Of each class: how the files are called, the seconds between photos (None: nothing is said), and how large a step it
# is from each photo to the next; None where they have nothing to do with each other.
SETS = {
    "copy stand": ("IMG_{:04d}.JPG", [5] * 14, None),
    "burst": ("{:08d}.jpg", [4] * 14, 0.25),
    "few": ("a{:d}b", [0, 3, 40, 2, 9, 10, 11, None, 60], None),
    "video": ("clip 1_{:03d}.png", [None] * 13, 0.25),
}


def alike():
    """Return the files of a set, its features, and the pairs of photos that Python finds to be alike."""
    rng, contents, features = np.random.default_rng(6), {}, []
    for label, (name, gaps, step) in SETS.items():
        clock = 0
        contents[label] = {}
        for number, gap in enumerate(gaps):
            clock += gap or 0
            camera = ("Acme", "Box" if label != "few" or number < 5 else "Bo\xf4te\xa02")
            when = None if gap is None else f"2024:05:17 09:{clock // 60:02d}:{clock % 60:02d}"
            contents[label][name.format(number + 95)] = photo(FORMATS[number % 3], camera, when, rng, number % 2)
        walk = rng.normal(size=(len(gaps), 60))
        features.append(walk if step is None else rng.normal(size=(1, 60)) + step * np.cumsum(walk, axis=0))
    features = np.concatenate(features).astype(np.float32).round(4)
    with tempfile.TemporaryDirectory() as folder:
        paths = {label: [Path(folder) / label / name for name in of_class] for label, of_class in contents.items()}
        for label, of_class in contents.items():
            (Path(folder) / label).mkdir()
            for path, content in zip(paths[label], of_class.values(), strict=True):
                path.write_bytes(content)
        photos = photo_set("alike", paths)
        found = find_alike(photos, features)
    files = [[path.name, contents[path.parent.name][path.name]] for path in photos.paths]
    return {
        "files": [[name, base64.b64encode(content).decode()] for name, content in files],
        "taken": [_taken(content) for _, content in files],
        "features": features,
        "labels": photos.labels,
    } | found._asdict()


def damaged():
    """Return files cut off somewhere, with strange times or nothing at all, and what they still say."""
    whole = photo("JPEG", ("Acme", "Box"), "2024:05:17 09:30:05")
    files = [b"", b"no photo", b"MM\0*", b"II*\0\xff\xff\xff\xff"]
    files += [whole[:cut] for cut in range(20, 180, 3)]
    times = ["2024:02:30 01:02:03", "2024:5:7 1:2:3", "2024:05: 7 23:59:61", "0000:00:00 00:00:00", " "]
    times += ["2024:05:17 24:00:00", "2024:05:17 09:30:05.25", "1969:12:31 23:59:59", "0050:01:01 00:00:00"]
    times += ["2024-05-17 09:30:05"]
    files += [photo("JPEG", ("", " Box\t"), time) for time in times]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of what is cut off
        return [{"file": base64.b64encode(content).decode(), "taken": _taken(content)} for content in files]


def photo(file_format, camera, when, rng=None, big_endian=False):
    """Return a small file with pixels of its own, which says what has taken it and when."""
    from PIL import Image

    exif = Image.Exif()
    exif.endian = ">" if big_endian else "<"
    exif[MAKE], exif[MODEL] = camera
    if when:
        exif.get_ifd(EXIF)[TAKEN] = when
    pixels = (rng or np.random.default_rng(0)).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, file_format, exif=exif)
    return file.getvalue()


def _taken(content):
    """Return what the page keeps of a file's metadata."""
    said = read_exif(content)
    return {"camera": said["camera"], "seconds": said["taken"]} if {"camera", "taken"} <= said.keys() else None
