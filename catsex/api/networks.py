"""Any network that a user can name: one of Keras', or one in a file."""

from pathlib import Path
from typing import Any

from catsex.errors import ModelError, WeightsError
from catsex.files import show


def load_network(name: str = "MobileNetV2", size: int | None = None, weights: str | Path | None = None) -> Any:
    """Load a network to build on.

    Parameters
    ----------
    name : str
        A key of `pretrained.NETWORKS`, or the path of a `.keras` file: any classifier of photos whose last layer takes
        one vector for a photo, such as one that scripts/train.py has saved.
    size : int, optional
        Of the photos that it takes, in pixels; by default 224, of a file what it takes.
    weights : path, optional
        Its weights; by default from Keras, or for MobileNetV2 the package index.

    Returns
    -------
    pretrained.Pretrained
        Its model takes photos from -1 to 1.

    Raises
    ------
    WeightsError
        If there is no such network, or its weights are unavailable.
    ModelError
        If the file holds no such classifier, or one for photos of another size.
    """
    from catsex import pretrained

    if not str(name).endswith(".keras"):
        return pretrained.load_keras_network(str(name), size, weights)
    if weights:
        raise WeightsError(f"{show(name)} has weights of its own; leave out {show(weights)}")
    from catsex.prediction import load_predictor
    from catsex.pretrained.weights import fingerprint

    own = load_predictor(name)
    takes = own.network.input_shape[1]
    if takes is None or takes != own.network.input_shape[2] or size not in (None, takes):
        raise ModelError(f"{show(name)} takes photos of {own.network.input_shape[1:3]}, not {size or 'of one size'}")
    model = with_signed_pixels(own)
    features = model.layers[-1].input
    if isinstance(features, list) or len(features.shape) != 2:
        raise ModelError(f"the last layer of {show(name)} does not take one vector for a photo: put pooling before it")
    return pretrained.Pretrained(model, f"file {Path(name).name}", False, fingerprint(model), takes, Path(name).stem)


def with_signed_pixels(own):
    """Return the network of a `prediction.Predictor`, which may want pixels from 0 to 255, with them from -1 to 1."""
    import keras

    from catsex.pretrained import networks

    model = networks.tidied(own.network)
    if networks.PIXELS[own.pixels] is None:
        return model
    photos = keras.Input(model.input_shape[1:])
    return networks.tidied(keras.Model(photos, model.call(networks.scaled(photos, own.pixels))))
