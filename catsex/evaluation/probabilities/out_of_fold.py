"""The logits of photos while they were held out."""

import numpy as np

from catsex.evaluation.splits import stratified_folds, training_masks
from catsex.network.heads import LEARNING_RATE, initial_kernels, shuffled_batches, train_logits
from catsex.network.training import EPOCHS

COLUMNS = 2000  # of heads that are trained at once


def out_of_fold_logits(rng, sample, *, folds, repeats, learning_rate=LEARNING_RATE, weights=None, epochs=None):
    """Cross-validate heads, and return the logits of photos while they were held out.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n photos.
    folds, repeats : int
    learning_rate : float
    weights : ndarray, shape (n,), float or bool, optional
        How much each photo counts in training, 0 for not at all; by default all the same.
    epochs : int, optional
        By default as many as the tutorial's.

    Returns
    -------
    ndarray, shape (repeats, n, classes), float64
        Of two classes, 0 for the first.
    """
    (n, d), classes = sample.features.shape, sample.classes
    found = np.zeros((repeats, n, classes))
    batches = shuffled_batches(rng, n, (folds - 1) / folds, epochs=epochs or EPOCHS)
    at_once = max(1, COLUMNS // (folds * classes))
    for start in range(0, repeats, at_once):
        rows = np.repeat(sample.labels[None], min(at_once, repeats - start), axis=0)
        fold = stratified_folds(rng, rows, sample.groups, folds)  # (m, n)
        masks = training_masks(fold, folds)  # (m * folds, n)
        masks = masks if weights is None else masks * weights
        kernels = initial_kernels(rng, d, len(masks), classes)
        every = train_logits(sample.features, np.repeat(rows, folds, axis=0), masks, kernels, batches, learning_rate)
        for row, held_out_in in enumerate(fold):
            logits = every[np.arange(n), folds * row + held_out_in]
            found[start + row, :, -logits.shape[1] :] = logits
    return found


def softmax(logits):
    """Return probabilities of logits, shape (..., classes)."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
