"""Settings that are right with given probabilities, and what a comparison says of them."""

import numpy as np

from catsex.evaluation.comparing import compare
from catsex.evaluation.sample import Sample

GROUPS_OF_ONE = np.arange(40)
HALVES = np.repeat([0, 1], 20)


def answered(rng, labels, shares, repeats=2, groups=None):
    """Answers of configurations that are right with such probabilities: a group as a whole, in all repeats alike."""
    groups = np.arange(len(labels)) if groups is None else groups
    luck = rng.random((len(shares), groups.max() + 1))[:, groups]
    right = luck < np.asarray(shares)[:, None]
    return np.repeat(np.where(right, labels, 1 - labels)[:, None], repeats, axis=1)


def compared(predictions, labels=HALVES, groups=GROUPS_OF_ONE, seed=0):
    return compare.compare_predictions(np.random.default_rng(seed), predictions, Sample(None, labels, groups))
