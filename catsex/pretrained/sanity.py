"""Does a network recognise a cat? With its 1000 ImageNet classes, or without them."""

import logging

import numpy as np

from catsex.backend import compiled_model, to_numpy
from catsex.errors import WeightsError
from catsex.files import cache_folder, replacing, show
from catsex.photos.preprocessing import preprocess
from catsex.pretrained.checkpoints import digest
from catsex.pretrained.imagenet import CAT_CLASSES
from catsex.products import unit_rows

# scikit-image's own photos that come with its installation; Chelsea is a cat.
KNOWN_PHOTOS = ("chelsea", "astronaut", "coffee", "rocket", "camera", "coins", "hubble_deep_field", "brick", "grass")

log = logging.getLogger(__name__)

# What Google's MobileNetV2 computes for scikit-image's cat: the largest few of the 1280 features, rounded.
CHELSEA_FEATURES = {58: 2.55, 181: 2.31, 220: 2.63, 752: 2.55, 832: 3.24, 915: 3.16, 1039: 3.77, 1166: 2.99}


def known_photos(size: int = 224) -> np.ndarray:
    """Return scikit-image's own photos as a network takes them, in the order of `KNOWN_PHOTOS`.

    Returns
    -------
    ndarray, shape (9, size, size, 3), float32, -1 to 1
    """
    import skimage.data

    photos = [np.asarray(getattr(skimage.data, name)()) for name in KNOWN_PHOTOS]
    photos = [photo if photo.ndim == 3 else np.stack([photo] * 3, axis=-1) for photo in photos]  # some are grey
    return np.stack([preprocess(photo, (size, size)) for photo in photos])


def most_alike(features: np.ndarray, known: np.ndarray) -> list[tuple[str, float]]:
    """Return which known photo each photo is most similar to, by the cosine of their features.

    Parameters
    ----------
    features : ndarray, shape (N, d), float32
    known : ndarray, shape (K, d), float32
        Those of `known_photos`.

    Returns
    -------
    list of (str, float)
        The name of the known photo and the cosine, -1 to 1.
    """
    similarity = unit_rows(features) @ unit_rows(known).T  # (N, d) @ (d, K) -> (N, K)
    best = similarity.argmax(axis=1)
    return [(KNOWN_PHOTOS[top], float(row[top])) for top, row in zip(best, similarity, strict=True)]


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
    features = compiled_model(keras.Model(model.input, model.layers[-2].output))(photo)  # (1, 1280)
    if has_head:
        scores = to_numpy(model.layers[-1](features))[0]  # (1000,)
        top = int(np.argmax(scores)) if np.isfinite(scores).all() else "unknown"
        if top not in CAT_CLASSES:
            raise WeightsError(f"{show(path)}: a photo of a cat is class {top} to this network, not one of 281 to 285")
    else:
        as_expected = all(abs(features[0, index] - value) < 0.02 for index, value in CHELSEA_FEATURES.items())
        if not as_expected or not np.isfinite(features).all():
            raise WeightsError(f"{show(path)}: features of a photo of a cat differ from Google's MobileNetV2")
    try:
        with replacing(passed) as note:
            note.touch()
    except OSError:
        log.debug("cannot note in %s that the weights are checked", passed.parent)
