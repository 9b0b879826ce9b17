"""The frozen network's output for photos, written to a file: the first half of an evaluation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catsex import backend
from catsex.api.networks import load_network
from catsex.api.photos import as_photo_set, load_photos
from catsex.photos import PhotoSet
from catsex.sentences import sentences_of

say = sentences_of("terminal")


@dataclass(frozen=True)
class Extraction:
    """Features that were written to a file.

    Attributes
    ----------
    path : Path
    photos, computed, failed : int
        How many photos there are; how many of them were computed now, and how many of those could not be read.
    features : int or None
        How many features a photo has; None if a cluster has written them.
    weights : str
        Where the network is from.
    """

    path: Path
    photos: int
    computed: int
    failed: int
    features: int | None
    weights: str

    def summary(self) -> str:
        """Return what the script prints."""
        return say("extracted.parts" if self.features is None else "extracted", **vars(self))


@backend.our_settings()
def extract(
    photos: Any = None,
    to: str | Path = "features.parquet",
    *,
    network: str | Path = "MobileNetV2",
    size: int | None = None,
    weights: str | Path | None = None,
    cache: bool = True,
    ray: str | None = None,
    **reading: Any,
) -> Extraction:
    """Run the frozen network on photos, each once, and write its features to a file for `evaluate_features`.

    Parameters
    ----------
    photos, network, weights, cache, **reading
        As `evaluate` takes them; also photos in object storage, such as "s3://bucket/my_photos".
    to : path
        Ends in .parquet or .npz. Of photos in object storage, and with `ray`, a folder of parts, .parquet; a run that
        was stopped goes on from those that are there.
    size : int, optional
        Of the photos as the network sees them, in pixels; by default the network's own.
    ray : str, optional
        The address of a Ray cluster, all of whose cores then run the network; "auto" for the one that runs here, else
        all cores of this machine.

    Raises
    ------
    CatsexError
        If the photos, or the weights, are unavailable or cannot be used, or the file cannot be written.

    Examples
    --------
    >>> import catsex
    >>> catsex.extract("my_photos", "features.npz").photos
    20
    >>> catsex.evaluate_features("features.npz", seed=1, permutations=199).verdict
    'learnable'
    """
    if not hasattr(photos, "addresses"):  # neither a PhotoSet nor photos in object storage yet
        photos = load_photos(photos, network=network, size=size, **reading)
    elif reading:
        as_photo_set(photos, **reading)  # says that they are loaded already
    if isinstance(photos, PhotoSet):
        photos = photos.as_one_set()
    backend.start_keras(0)
    from catsex.network import extract as run
    from catsex.network import frozen_part, write_features

    loaded = load_network(str(network), size, weights)
    model, to = frozen_part(loaded.model), Path(to)
    if ray is not None or not isinstance(photos, PhotoSet):
        from catsex import cluster

        parts = cluster.extract_in_parts(model, photos, loaded, to, ray)
        done, failed = (sum(part[what] for part in parts) for what in ("photos", "errors"))
        return Extraction(to, len(photos), done, failed, None, loaded.headline)
    features = run(model, photos, cache=cache)  # (photos, 1280)
    write_features(to, photos, features, loaded)
    return Extraction(to, len(photos), len(photos), 0, features.shape[1], loaded.headline)
