"""Configurations to compare, read from a text such as "size=160,ridge": network, photo size, training method."""

from dataclasses import dataclass

from catsex.errors import DataError
from catsex.files import show
from catsex.network.training_methods import TRAINING_METHODS

METHODS = (*TRAINING_METHODS, "ridge")
SIZES = (32, 1024)  # in pixels, the least and the most
HOW = "such as head, ridge, augment, fine-tune, size=160, network=ResNet50V2, or several of them as in size=160,ridge"


@dataclass(frozen=True)
class Configuration:
    """A network, a photo size and a training method.

    Attributes
    ----------
    name : str
        As it was asked for.
    method : str
        One of `METHODS`: "head" is the tutorial's last layer; "ridge" one with a closed form; "augment" the
        tutorial's, that sees other views of the photos it learns from; "fine-tune" trains the network's last block
        after it.
    size : int, optional
        Of the photos as the network sees them, in pixels; by default the network's own.
    network : str, optional
        Which network; by default the one that the comparison is about.
    unfreeze : str, optional
        The first layer that "fine-tune" trains; by default that of the network's last block.
    """

    name: str
    method: str = "head"
    size: int | None = None
    network: str | None = None
    unfreeze: str | None = None

    @property
    def source(self):
        """What its features come from: the network and the size."""
        return self.network, self.size


def parse(text):
    """Return the configuration that a text such as "size=160,ridge" asks for.

    Raises
    ------
    DataError
        If it asks for something that there is not, or for one thing twice.
    """
    said = {}
    for part in text.split(","):
        key, _, value = part.strip().rpartition("=")
        key = {"": "method", "head": "method"}.get(key, key)
        if key in said:
            raise DataError(f"the configuration {show(text)} has more than one {key}; keep one")
        said[key] = _value(text, key, value)
    return Configuration(text, **said)


def _value(text, key, value):
    """Return the value of one part of a configuration, or raise `DataError`."""
    if key == "method" and value in METHODS:
        return value
    if key == "size" and value.isdecimal() and len(value) < 6 and SIZES[0] <= int(value) <= SIZES[1]:
        return int(value)
    if key in ("network", "unfreeze") and value:
        return value
    raise DataError(f"no such configuration: {show(text)}; expected something {HOW}")


def parse_configurations(texts):
    """Return the configurations that texts ask for: at least two, no two the same.

    Raises
    ------
    DataError
        If they are not.
    """
    if isinstance(texts, str):
        raise DataError(f"configurations is {texts!r}; expected a list of texts, {HOW}")
    configurations = [parse(text) for text in texts]
    if len(configurations) < 2:
        raise DataError(f"a comparison takes at least two configurations, {HOW}")
    seen: dict = {}
    for configuration in configurations:
        what = (configuration.method, configuration.source, configuration.unfreeze)
        if what in seen:
            raise DataError(f"the configurations {show(seen[what])} and {show(configuration.name)} are the same")
        seen[what] = configuration.name
    return configurations
