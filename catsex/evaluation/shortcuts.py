"""How far one gets without looking at what is in the photos: by colour, brightness and the shape of the file."""

import numpy as np

from catsex.evaluation import cross_validation, metrics
from catsex.photos import images

LEARNING_RATE = 0.3  # for a few standardised features, where the network's 1280 small ones take 0.001
SETS = {"mean colour": slice(0, 3), "brightness and contrast": slice(3, 5), "size and shape of the file": slice(5, 9)}


def trivial_features(path):
    """Describe a photo without its content.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ndarray, shape (9,), float32
        Mean red, green and blue; mean and standard deviation of the brightness, all 0 to 1; logarithms of the
        file's bytes, of the width and of the height in pixels, and of their ratio.
    """
    data = images.read_bytes(path)
    pixels = images.decode_image(data, path)
    height, width = pixels.shape[:2]
    colour = pixels.mean(axis=(0, 1)) / 255
    brightness = pixels.mean(axis=2) / 255
    shape = np.log([len(data), width, height, width / height])
    return np.concatenate([colour, [brightness.mean(), brightness.std()], shape]).astype(np.float32)


def cross_validate(rng, trivial, labels, groups, *, classes, alike=None, folds=5, repeats=10, permutations=1000):
    """Cross-validate heads on trivial features, as the network's features are.

    Parameters
    ----------
    rng : numpy.random.Generator
    trivial : ndarray, shape (n, 9), float32
        `trivial_features` of each photo.
    labels, groups, classes, alike, folds, repeats, permutations
        As `evaluation.permutation_test` takes them.

    Returns
    -------
    list of dict
        `features` (a name), `accuracy` (out of fold, balanced, 0 to 1) and `p_value`; the last is of all together.
    """
    spread = trivial.std(axis=0)
    standard = (trivial - trivial.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)
    results = []
    for name, columns in (SETS | {"all of these together": slice(0, 9)}).items():
        answers, _, p_value = cross_validation.permutation_test(
            rng,
            np.ascontiguousarray(standard[:, columns]),
            labels,
            groups,
            classes=classes,
            alike=alike,
            folds=folds,
            repeats=repeats,
            permutations=permutations,
            learning_rate=LEARNING_RATE,
        )
        accuracy = metrics.balanced_accuracy(answers, np.repeat(labels[None], repeats, axis=0), classes).mean()
        results.append({"features": name, "accuracy": float(accuracy), "p_value": p_value})
    return results
