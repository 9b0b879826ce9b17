"""Candidate shortcuts: numbers about each photo that do not come from its subject, one table for each candidate."""

import re

import numpy as np

from catsex.photos.traces import BORDER, COMPRESSION, SHARPNESS, SPOTS, SQUARES

OVERLAY = "what stands at the same place in each picture, such as a date or a logo"
TOGETHER = "all numbers of colour, file, border, sharpness and compression together"
MOST_VALUES = 50  # distinct names used as columns; rarer ones count as one
DAY = 24 * 3600
MANY = 2000  # photos, for more of which the layout's thousands of numbers are worked out when they are asked for


class Later:
    """A candidate that is computed only for the photos in use, so that memory does not grow with the set.

    Parameters
    ----------
    layouts : list of n ndarray, shape (s, s, 5), uint8
    find : callable
        (m, s, s, 5), float32 -> (m, d)
    """

    def __init__(self, layouts, find):
        self.layouts, self.find = layouts, find

    def __getitem__(self, chosen):
        """Return the numbers of the photos at some positions, shape (m, d), float32."""
        return self.find(np.stack([self.layouts[i] for i in chosen]).astype(np.float32)).astype(np.float32)


def find_candidates(photos):
    """Return candidate shortcuts: what is known about photos apart from what they show.

    Parameters
    ----------
    photos : PhotoSet
        n photos.

    Returns
    -------
    dict of str to ndarray, shape (n, d), float32
        What a person would call it, and the numbers; of more than `MANY` photos, some as `Later`. What no photo has, or
        is the same for all, is left out.
    """
    described = photos.descriptions
    numbers, traces = photos.numbers, np.stack([one.traces.numbers for one in described])
    layouts = [one.traces.layout for one in described]  # n times (s, s, 5)
    candidates = {
        "mean colour": numbers[:, :3],
        "brightness and contrast": numbers[:, 3:5],
        "size and shape of the file": numbers[:, 5:],
        "the border of the picture": traces[:, BORDER],
        "sharpness and noise": traces[:, SHARPNESS],
        "traces of JPEG compression": traces[:, COMPRESSION],
        "a small spot of one colour, anywhere in the picture": traces[:, SPOTS],
        TOGETHER: np.concatenate([numbers, traces], axis=1),
        "the background, with the middle left out": Later(layouts, _background),
        OVERLAY: Later(layouts, _spots),
    }
    if len(layouts) <= MANY:
        everything = range(len(layouts))
        candidates = {
            name: values[everything] if isinstance(values, Later) else values for name, values in candidates.items()
        }
    candidates |= _said([one.exif for one in described])
    candidates |= {"the numbers in the file names": _order(list(map(_number, photos.paths)))} | _written(photos.paths)
    candidates |= {f"the column {name}": _column(values) for name, values in photos.columns.items()}
    return {
        name: values if isinstance(values, Later) else values.astype(np.float32)
        for name, values in candidates.items()
        if _differs(values)
    }


def _differs(values):
    """Return whether a candidate is not the same for all photos."""
    if isinstance(values, Later):
        return any(not np.array_equal(values.layouts[0], other) for other in values.layouts[1:])
    return values.size and np.ptp(values, 0).any()


def _background(layout):
    """Return the colours of 8 x 8 squares but for the middle 4 x 4."""
    n, half = len(layout), SQUARES // 2
    squares = layout[..., :3].reshape(n, half, 2, half, 2, 3).mean(axis=(2, 4))
    outside = np.ones((half, half), bool)
    outside[half // 4 : -half // 4, half // 4 : -half // 4] = False
    return squares[:, outside].reshape(n, -1)


def _spots(layout):
    """Return how each square differs from those around it in brightness, colour, texture, and from all in texture."""
    red, green, blue, *textures = np.moveaxis(layout, 3, 0)
    texture = 30 * np.log(2 + np.stack(textures, axis=3))
    values = np.concatenate(
        [np.stack([red + green + blue, red - blue, red + blue - 2 * green], axis=3), texture], axis=3
    )
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    around = sum(padded[:, i : i + SQUARES, j : j + SQUARES] for i in range(3) for j in range(3)) - values
    spots = np.concatenate([values - around / 8, texture - texture.mean(axis=(1, 2), keepdims=True)], axis=3)
    return spots.reshape(len(layout), -1)


def _said(exif):
    """Return candidates from EXIF metadata."""
    taken = [said.get("taken") for said in exif]
    places = np.array([[said.get("latitude", np.nan), said.get("longitude", np.nan)] for said in exif])
    hours = np.array([np.nan if one is None else one % DAY / DAY for one in taken])
    return {
        "the camera": _named([said.get("camera", "") for said in exif]),
        "the lens": _named([said.get("lens", "") for said in exif]),
        "the date on which they were taken": _order(taken),
        "the time of day at which they were taken": _or_mean(
            np.stack([np.cos(2 * np.pi * hours), np.sin(2 * np.pi * hours)], axis=1)
        ),
        "the place where they were taken": _or_mean(places),
    }


def _written(paths):
    """Return a candidate from when files were changed, unless all were within a day, as by copying them."""
    times = [path.stat().st_mtime if path.exists() else None for path in paths]
    known = [when for when in times if when is not None]
    if not known or max(known) - min(known) < DAY:
        return {}
    return {"the dates of the files": _order(times)}


def _number(path):
    """Return the last number in a file's name, or None: cameras and uploads count up."""
    found = re.findall(r"\d+", path.stem)
    return int(found[-1][-15:]) if found else None


def _column(values):
    """Return a column of a table as numbers: its own, or one for each of its values."""
    try:
        numbers = np.array([float(value) if str(value).strip() else np.nan for value in values])
    except ValueError:
        return _named([str(value).strip() for value in values])
    return _order([None if np.isnan(one) else one for one in numbers]) if np.isfinite(numbers).any() else _named(values)


def _order(values):
    """Return each value's rank and its square, 0 and 0 where it is missing, and which values are missing."""
    known = np.array([value is not None for value in values])
    result = np.zeros((len(values), 3))
    if known.any():
        found = np.array([value for value in values if value is not None], float)
        place = np.searchsorted(np.sort(found), found) / max(1, len(found) - 1) - 0.5
        result[known, 0], result[known, 1] = place, place**2
    result[:, 2] = known
    return result


def _named(values):
    """Return a column for each of the values, 1 where it is; those that are there only once count as one."""
    names, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")[:MOST_VALUES]
    often = often[counts[often] > 1]
    return (which[:, None] == often).astype(float) if len(names) > 1 else np.zeros((len(values), 0))


def _or_mean(values):
    """Return values with the mean in place of those that are missing, and which these are."""
    missing = np.isnan(values).any(axis=1)
    if missing.all():
        return np.zeros((len(values), 0))
    return np.concatenate([np.where(missing[:, None], values[~missing].mean(axis=0), values), missing[:, None]], axis=1)
