"""Does a network see that a cat is a cat? With its 1000 ImageNet classes, or without them."""

import numpy as np

from catsex import features, images
from catsex.imagenet import CAT_CLASSES, class_names
from catsex.model import frozen_part, head_of

# scikit-image's own photos that come with its installation; Chelsea is a cat.
KNOWN_PHOTOS = ("chelsea", "astronaut", "coffee", "rocket", "camera", "coins", "hubble_deep_field", "brick", "grass")


def name_classes(model, photos, *, cache=True):
    """Return the ImageNet class that a network finds most likely for each photo.

    Parameters
    ----------
    model : keras.Model
        MobileNetV2 with its ImageNet head.
    photos : ndarray, shape (N, H, W, 3), float32, -1 to 1
    cache : bool
        As `features.extract` takes it.

    Returns
    -------
    list of dict
        `class_index` (0 to 999), `label`, `score` (0 to 1) and `is_cat` (ImageNet classes 281 to 285).
    """
    predictions = np.asarray(head_of(model)(features.extract(frozen_part(model), photos, cache=cache)))  # (N, 1000)
    labels = class_names()
    best = predictions.argmax(axis=1)
    return [
        {"class_index": int(top), "label": labels[top], "score": float(scores[top]), "is_cat": int(top) in CAT_CLASSES}
        for top, scores in zip(best, predictions, strict=True)
    ]


def compare_with_known_photos(model, photos, *, cache=True):
    """Return which of scikit-image's photos each photo is most like to a network, by the cosine of their features.

    Parameters
    ----------
    model : keras.Model
        MobileNetV2; its last layer is not used.
    photos : ndarray, shape (N, H, W, 3), float32, -1 to 1
    cache : bool
        As `features.extract` takes it.

    Returns
    -------
    list of dict
        `class_index` (None), `label` (the photo it is most like), `score` (the cosine similarity, 0 to 1) and
        `is_cat` (whether that photo is Chelsea the cat).
    """
    import skimage.data

    known = [np.asarray(getattr(skimage.data, name)()) for name in KNOWN_PHOTOS]
    known = [photo if photo.ndim == 3 else np.stack([photo] * 3, axis=-1) for photo in known]
    known = np.stack([images.preprocess(photo, photos.shape[1:3]) for photo in known])
    frozen = frozen_part(model)
    ours, theirs = (_unit(features.extract(frozen, batch, cache=cache)) for batch in (photos, known))
    similarity = ours @ theirs.T  # (N, 1280) @ (1280, K) -> (N, K)
    return [
        {"class_index": None, "label": KNOWN_PHOTOS[top], "score": float(row[top]), "is_cat": int(top) == 0}
        for top, row in zip(similarity.argmax(axis=1), similarity, strict=True)
    ]


def _unit(vectors):
    """Scale each row to length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
