"""Many last layers trained at once, each on its own photos with its own labels, each as if it were alone.

`training.fit` trains one head on the features of some photos. Cross-validation and permutations need tens of
thousands. They all read the same features, so H heads of C classes are one matrix of H * C columns; a weight for
each head and photo says which photos that head may see. Adam works element by element, so the heads cannot
influence each other.
"""

from functools import cache

import numpy as np

from catsex.backend import compiled, to_numpy
from catsex.constants import BATCH_SIZE, EPOCHS, LEARNING_RATE

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Keras' defaults for Adam
PHOTOS_AT_ONCE = 5000  # 25 MB: a tensor of all of many photos would be a second copy of them


def train_heads(features, labels, train_masks, kernels, batches, *, learning_rate=LEARNING_RATE):
    """Train H heads and return their predictions of all photos.

    Each head is a ``Dense(C, activation="softmax")`` trained by Adam on cross-entropy, as `training.fit` does it.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (H, n), int, 0 to C - 1
        Each head's own labels.
    train_masks : ndarray, shape (H, n), bool
        Which photos each head is trained on.
    kernels : ndarray, shape (d, H, C), float32
        Each head's initial weights; the biases start at 0. `initial_kernels` draws them.
    batches : iterable of ndarray of int
        The photos of each step. A head's batch is those of them that it may see, its loss their mean.
        `shuffled_batches` makes them.
    learning_rate : float

    Returns
    -------
    ndarray, shape (H, n), int
        The class that each head finds most likely for each photo, whether it was trained on it or not.

    Notes
    -----
    Of two classes only the difference of the two columns matters, and their gradients are each other's opposite,
    so under Adam that difference moves by exactly twice the step of one column: one column at twice the learning
    rate, with a sigmoid, is the same training at half the cost.
    """
    logits = train_logits(features, labels, train_masks, kernels, batches, learning_rate)
    best = logits[:, :, 0] > 0 if logits.shape[2] == 1 else logits.argmax(axis=2)
    return best.T.astype(np.int64)


def train_logits(features, labels, train_masks, kernels, batches, learning_rate=LEARNING_RATE):
    """Train heads as `train_heads` does, and return their logits, shape (n, H, C), for all photos.

    Of two classes, the difference of the second and the first: shape (n, H, 1).
    """
    from keras import ops

    kernel, bias = _train(features, labels, train_masks, kernels, batches, learning_rate)
    pieces = [features[start : start + PHOTOS_AT_ONCE] for start in range(0, len(features), PHOTOS_AT_ONCE)]
    logits = np.concatenate([to_numpy(ops.matmul(piece, kernel) + bias) for piece in pieces])
    return logits.reshape(len(features), kernels.shape[1], -1)


def train_weights(features, labels, train_masks, kernels, batches, learning_rate=LEARNING_RATE):
    """Train heads as `train_heads` does, and return their weights, as a ``Dense(C, activation="softmax")`` has them.

    Returns
    -------
    kernels : ndarray, shape (d, H, C), float32
    biases : ndarray, shape (H, C), float32
    """
    kernel, bias = map(to_numpy, _train(features, labels, train_masks, kernels, batches, learning_rate))
    kernel, bias = kernel.reshape(len(kernel), kernels.shape[1], -1), bias.reshape(kernels.shape[1], -1)
    if bias.shape[1] == 1:  # of two classes, the difference: half of it for the one, half against the other
        kernel, bias = (np.concatenate([-weight / 2, weight / 2], axis=-1) for weight in (kernel, bias))
    return kernel, bias


def _train(features, labels, train_masks, kernels, batches, learning_rate):
    """Train heads and return their weights: (d, H * columns) and (H * columns,)."""
    from keras import ops

    heads, classes = kernels.shape[1:]
    if classes == 2:
        kernels, learning_rate = kernels[:, :, 1:] - kernels[:, :, :1], 2 * learning_rate
    columns = kernels.shape[2]
    weights = [ops.convert_to_tensor(kernels.reshape(-1, heads * columns)), ops.zeros(heads * columns)]
    moments = [ops.zeros_like(weight) for weight in weights * 2]
    targets = np.eye(classes, dtype=np.float32)[labels.T][:, :, -columns:]  # (n, H, columns)
    shares = train_masks.T.astype(np.float32)  # (n, H)
    step = _step(columns)
    for number, batch in enumerate(batches, start=1):
        share = shares[batch]
        share /= np.maximum(share.sum(axis=0), 1)
        # Keras' Adam corrects the bias of both moments by this factor of the learning rate.
        rate = learning_rate * np.sqrt(1 - BETA_2**number) / (1 - BETA_1**number)
        weights, moments = step(weights, moments, features[batch], targets[batch], share, np.float32(rate))
    return weights


@cache
def _step(columns):
    """Return one step of training with cross-entropy and Adam, compiled for any number of photos and heads."""
    from keras import ops

    def step(weights, moments, features, targets, share, rate):
        kernel, bias = weights
        logits = ops.reshape(ops.matmul(features, kernel) + bias, ops.shape(targets))  # (B, H, columns)
        predictions = ops.sigmoid(logits) if columns == 1 else ops.softmax(logits)
        error = ops.reshape(
            (predictions - targets) * share[:, :, None], (ops.shape(features)[0], -1)
        )  # (B, H * columns)
        gradients = [ops.matmul(ops.transpose(features), error), ops.sum(error, axis=0)]
        first, second = moments[:2], moments[2:]
        first = [m + (g - m) * (1 - BETA_1) for m, g in zip(first, gradients, strict=True)]
        second = [v + (g * g - v) * (1 - BETA_2) for v, g in zip(second, gradients, strict=True)]
        weights = [w - rate * m / (ops.sqrt(v) + EPSILON) for w, m, v in zip(weights, first, second, strict=True)]
        return weights, first + second

    vector, matrix = (None,), (None, None)
    return compiled(step, [[matrix, vector], [matrix, vector] * 2, matrix, (None, None, columns), matrix, ()])


def initial_kernels(rng, d, heads, classes):
    """Draw the initial weights of heads as Keras does for one: uniform within Glorot's limits.

    Glorot, X. and Bengio, Y. (2010), Understanding the difficulty of training deep feedforward neural networks.

    Returns
    -------
    ndarray, shape (d, heads, classes), float32
    """
    limit = np.float32(np.sqrt(6 / (d + classes)))
    return (rng.random((d, heads, classes), np.float32) * 2 - 1) * limit


def shuffled_batches(rng, n, train_share, *, epochs=EPOCHS, batch_size=BATCH_SIZE):
    """Cut all photos into batches, anew for each epoch, such that a head sees about `batch_size` of each.

    All heads share the batches. A head that is trained on a share of the photos finds that share in each batch:
    exactly `batch_size` on average, and as many steps an epoch as when it is trained alone.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of photos.
    train_share : float, 0 to 1
        Share of the photos that each head is trained on.

    Returns
    -------
    list of ndarray of int
    """
    size = max(1, round(batch_size / train_share))
    orders = [rng.permutation(n) for _ in range(epochs)]
    return [order[start : start + size] for order in orders for start in range(0, n, size)]
