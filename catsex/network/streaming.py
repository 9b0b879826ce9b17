"""Batches of an array on disk, so that training on it takes no more memory than a batch."""

import math

import numpy as np


def batches(values, labels, size, *, shuffled=True):
    """Return a dataset of batches as Keras takes it.

    Parameters
    ----------
    values : numpy.memmap, shape (N, ...)
    labels : ndarray, shape (N,), int
    size : int
        Of a batch; the last one of an epoch may be smaller.
    shuffled : bool
        Whether the photos come in another order in each epoch, drawn from NumPy's seed.

    Returns
    -------
    keras.utils.PyDataset
    """
    import keras

    class Batches(keras.utils.PyDataset):
        def __init__(self):
            super().__init__()
            self.on_epoch_end()

        def __len__(self):
            return math.ceil(len(labels) / size)

        def __getitem__(self, number):
            chosen = np.sort(self.order[number * size : (number + 1) * size])  # in the order of the file
            return np.array(values[chosen]), labels[chosen]

        def on_epoch_end(self):
            self.order = np.random.permutation(len(labels)) if shuffled else np.arange(len(labels))

    return Batches()
