"""Proof that a network has the weights that it should: it sees a cat in a photo of one."""

import hashlib
import logging

import numpy as np

from catsex.errors import WeightsError
from catsex.files import cache_folder, replacing
from catsex.imagenet import CAT_CLASSES
from catsex.images import preprocess, show

log = logging.getLogger(__name__)

# What Google's MobileNetV2 computes for scikit-image's cat: the largest few of the 1280 features, rounded.
CHELSEA_FEATURES = {58: 2.55, 181: 2.31, 220: 2.63, 752: 2.55, 832: 3.24, 915: 3.16, 1039: 3.77, 1166: 2.99}


def check_sees_cat(model, path, has_head):
    """Raise `WeightsError` unless scikit-image's photo of a cat is a cat to the network.

    A note in the cache says which weights have passed, so that the check costs its second only once.
    """
    passed = cache_folder() / "checked" / digest(model.layers if has_head else model.layers[:-1])
    if passed.exists():
        return
    import keras
    from skimage.data import chelsea

    if model.input_shape[1] != 224:  # what to expect is known at 224 pixels, and the weights do not depend on it
        full_size = keras.applications.MobileNetV2(weights=None)
        full_size.set_weights(model.get_weights())
        model = full_size
    photo = preprocess(chelsea())[None]  # (1, 224, 224, 3)
    if has_head:
        scores = np.asarray(model(photo, training=False)[0])  # (1000,)
        top = int(np.argmax(scores)) if np.isfinite(scores).all() else "unknown"
        if top not in CAT_CLASSES:
            raise WeightsError(f"{show(path)}: a photo of a cat is class {top} to this network, not one of 281 to 285")
    else:
        features = np.asarray(keras.Model(model.input, model.layers[-2].output)(photo, training=False)[0])  # (1280,)
        as_expected = all(abs(features[index] - value) < 0.02 for index, value in CHELSEA_FEATURES.items())
        if not as_expected or not np.isfinite(features).all():
            raise WeightsError(f"{show(path)}: not the features of Google's MobileNetV2 for a photo of a cat")
    try:
        with replacing(passed) as note:
            note.touch()
    except OSError:
        log.debug("cannot note in %s that the weights are checked", passed.parent)


def digest(layers):
    """Return the SHA-256 of the weights of layers."""
    result = hashlib.sha256()
    for layer in layers:
        for weight in layer.weights:
            result.update(repr(tuple(weight.shape)).encode())
            result.update(np.ascontiguousarray(weight.numpy()))
    return result.hexdigest()
