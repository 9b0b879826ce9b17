"""How far one gets without looking at what is in the photos: by colour, brightness and the shape of the file."""

import numpy as np

from catsex.evaluation import cross_validation, metrics

LEARNING_RATE = 0.3  # for a few standardised features, where the network's 1280 small ones take 0.001
SETS = {"mean colour": slice(0, 3), "brightness and contrast": slice(3, 5), "size and shape of the file": slice(5, 9)}


def cross_validate(rng, trivial, labels, groups, *, classes, alike=None, folds=5, repeats=10, permutations=1000):
    """Cross-validate heads on trivial features, as the network's features are.

    Parameters
    ----------
    rng : numpy.random.Generator
    trivial : ndarray, shape (n, 9), float32
        `PhotoSet.numbers`: what can be measured without looking at the content.
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
