"""What the verdict asks of last layers: which held-out photos they get right, and which labels they contradict."""

import numpy as np

from catsex.evaluation import cross_validation
from catsex.evaluation.probabilities import wrong_labels
from catsex.evaluation.streaming.ridge_learner import Ridge, by_sums


class Heads:
    """Last layers that are trained step by step, as the tutorial's is.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n photos.
    seed : int
        Of what looks for wrong labels, so that it changes no other number.
    folds, repeats : int
    learning_rate : float
    """

    name = "heads"

    def __init__(self, rng, sample, *, seed, **options):
        self._rng, self._sample, self._seed, self._options = rng, sample, seed, options
        self.counted = {"heads": options["folds"] * options["repeats"]}

    def predictions(self):
        """Return the class that each photo was put in while it was held out: (repeats, n)."""
        options = {name: value for name, value in self._options.items() if name != "repeats"}
        labellings = np.tile(self._sample.labels, (self._options["repeats"], 1))
        return cross_validation.out_of_fold(self._rng, self._sample, labellings, **options)

    def learning_curve(self):
        """Return what `cross_validation.learning_curve` does."""
        return cross_validation.learning_curve(self._rng, self._sample, **self._options)

    def wrong_labels(self):
        """Return what `wrong_labels.find` does."""
        return wrong_labels.find(np.random.default_rng([self._seed, 4]), self._sample)


def learner_for(rng, sample, *, seed, folds, repeats, learning_rate, spread=None):
    """Return `Heads`, or for more photos than these can learn from in reasonable time and memory `Ridge`."""
    if by_sums(sample.features):
        return Ridge(rng, sample, folds, spread)
    return Heads(rng, sample, seed=seed, folds=folds, repeats=repeats, learning_rate=learning_rate)
