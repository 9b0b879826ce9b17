"""Photos as users name them: a set that is already loaded, or a path and how to read it."""

from pathlib import Path
from typing import Any

from catsex import datasets
from catsex.constants import SIZE
from catsex.errors import DataError
from catsex.files import show
from catsex.photos import PhotoSet


def load_photos(
    data: Any = None,
    *,
    fast_decoding: bool = False,
    network: str | Path = "MobileNetV2",
    size: int | None = None,
    **reading: Any,
) -> Any:
    """Find the photos to work on.

    Parameters
    ----------
    data : path or DataFrame, optional
        A folder, a table or a zip file of one's own, or a DataFrame of pandas or Polars with a row for each photo; or
        the address of an object store, such as "s3://bucket/photos", for `extract` alone. By default the tutorial's
        cats, or where these cannot be fetched a demo set.
    fast_decoding : bool
        Whether to decode large JPEGs smaller: faster, and not quite the same. Both sides keep twice the pixels that the
        network sees.
    network, size
        What sees them, as `train` takes it.
    **reading
        How to read photos of one's own, as `photos.read_photos` takes it: `subjects`, `folders`, `columns`, `classes`,
        `any_ending`, `one_label`, `crop`, `masks`, `frames`, `bands`, `levels`, `strict` and `skip_unreadable`.

    Returns
    -------
    PhotoSet
        Of an object store `cluster.StoredPhotos`.

    Raises
    ------
    DataError
        If they cannot be understood, or only a part of the cats is there and the others cannot be fetched.
    """
    if fast_decoding:
        reading["reduce_to"] = 2 * _seen(str(network), size)
    if isinstance(data, str) and "://" in data:
        from catsex import cluster

        return cluster.list_store(str(data), **reading)
    return datasets.load_photos(data, **reading)


def _seen(network: str, size: int | None) -> int:
    """Return how large photos are once the network sees them, in pixels."""
    if size is None and network.endswith(".keras"):
        from catsex.prediction import saving

        size = saving.sees(network)
    return size or SIZE


def as_photo_set(photos: Any, **how: Any) -> PhotoSet:
    """Return a set of photos as it is, or loaded as `load_photos` does.

    Raises
    ------
    DataError
        If it was loaded before, and yet there is something said of how to read it; or it is in an object store.
    """
    if not isinstance(photos, PhotoSet):
        photos = load_photos(photos, **how)
    elif said := how.keys() - {"network", "size"}:
        raise DataError(f"these photos are already loaded; pass {', '.join(sorted(said))} to load_photos")
    if not isinstance(photos, PhotoSet):
        raise DataError(f"photos in object storage have to be extracted first: extract.py --data {show(photos.name)}")
    return photos
