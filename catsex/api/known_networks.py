"""What the weights on this machine were found to be: enough to find features in the cache without loading them."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from catsex import __version__, backend
from catsex.api.networks import load_network
from catsex.files import cache_folder, replacing
from catsex.network.frozen import Frozen
from catsex.network.model import frozen_part
from catsex.pretrained.networks import file_on_disk
from catsex.pretrained.weights import Pretrained


def load_frozen(
    name: str, seed: int, weights: str | Path | None = None, *, cache: bool = True
) -> tuple[Frozen, Pretrained]:
    """Describe the frozen part of a pretrained network, from the cache if the same weights were loaded before.

    Whoever has the features of all photos in the cache then needs no Keras at all.

    Parameters
    ----------
    name : str
        As `load_network` takes it.
    seed : int
        Of Keras, which is started when the network itself is needed.
    weights : path, optional
        As `load_network` takes it.
    cache : bool
        Whether to look in the cache, and to remember there what was loaded.

    Returns
    -------
    frozen : Frozen
    pretrained : Pretrained
        Where it is from. Its `model` is None if it has not been loaded.
    """

    def load():
        backend.start_keras(seed)
        return load_network(name, weights=weights)

    backend.check_name()
    path = _note(name, weights) if cache else None
    noted = _read(path) if path else None
    if noted is not None:
        known = noted["frozen"]
        frozen = Frozen(known["fingerprint"], tuple(known["size"]), known["length"], lambda: frozen_part(load().model))
        return frozen, Pretrained(None, **noted["pretrained"])
    loaded = load()
    frozen = Frozen.of(frozen_part(loaded.model))
    if path := path or (_note(name, weights) if cache else None):
        _write(path, frozen, loaded)
    return frozen, loaded


def _note(name, weights):
    """Return the file that says what these weights were found to be, or None if they are not on this machine yet."""
    file = file_on_disk(name, weights)
    if file is None:
        return None
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    key = [name, str(file), content, __version__, version("keras"), backend.name()]
    return cache_folder() / "networks" / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()}.json"


def _read(path):
    """Return what a note says, or None if there is none that can be read."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return noted if noted.keys() == {"frozen", "pretrained"} else None
    except (OSError, ValueError, AttributeError):
        return None


def _write(path, frozen, loaded):
    """Write a note for the next run; a cache that cannot be written costs time only."""
    known = {name: getattr(frozen, name) for name in ("fingerprint", "size", "length")}
    said = {name: value for name, value in vars(loaded).items() if name != "model"}
    try:
        with replacing(path) as temporary:
            temporary.write_text(json.dumps({"frozen": known, "pretrained": said}), encoding="utf-8")
    except OSError:
        return
