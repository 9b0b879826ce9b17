"""Many last layers trained at once, each on its own photos with its own labels, each as if it were alone.

`training.fit` trains one head on the features of some photos. Cross-validation and permutations need tens of
thousands. They all read the same features, so H heads of C classes are one matrix of H * C columns; a weight for
each head and photo says which photos that head may see. Adam works element by element, so the heads cannot
influence each other.
"""

import numpy as np

from catsex.constants import BATCH_SIZE, EPOCHS, LEARNING_RATE
from catsex.products import shared

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
    kernel, bias = _train(features, labels, train_masks, kernels, batches, learning_rate)
    pieces = (features[start : start + PHOTOS_AT_ONCE] for start in range(0, len(features), PHOTOS_AT_ONCE))
    logits = np.concatenate([shared(piece, kernel) + bias for piece in pieces])
    return logits.reshape(len(features), kernels.shape[1], -1)


def train_weights(features, labels, train_masks, kernels, batches, learning_rate=LEARNING_RATE):
    """Train heads as `train_heads` does, and return their weights, as a ``Dense(C, activation="softmax")`` has them.

    Returns
    -------
    kernels : ndarray, shape (d, H, C), float32
    biases : ndarray, shape (H, C), float32
    """
    kernel, bias = _train(features, labels, train_masks, kernels, batches, learning_rate)
    kernel, bias = kernel.reshape(len(kernel), kernels.shape[1], -1), bias.reshape(kernels.shape[1], -1)
    if bias.shape[1] == 1:  # of two classes, the difference: half of it for the one, half against the other
        kernel, bias = (np.concatenate([-weight / 2, weight / 2], axis=-1) for weight in (kernel, bias))
    return kernel, bias


def _train(features, labels, train_masks, kernels, batches, learning_rate):
    """Train heads and return their weights: (d, H * columns) and (H * columns,)."""
    heads, classes = kernels.shape[1:]
    if classes == 2:
        kernels, learning_rate = kernels[:, :, 1:] - kernels[:, :, :1], 2 * learning_rate
    columns = kernels.shape[2]
    kernel, bias = kernels.reshape(-1, heads * columns).copy(), np.zeros(heads * columns, np.float32)
    kernel_moments, bias_moments = ([np.zeros_like(weight), np.zeros_like(weight)] for weight in (kernel, bias))
    targets = np.eye(classes, dtype=np.float32)[labels.T][:, :, -columns:]  # (n, H, columns)
    shares = train_masks.T.astype(np.float32)  # (n, H)
    for number, batch in enumerate(batches, start=1):
        seen, share = features[batch], shares[batch]
        share /= np.maximum(share.sum(axis=0), 1)
        predictions = _probabilities((seen @ kernel + bias).reshape(-1, heads, columns))
        error = ((predictions - targets[batch]) * share[:, :, None]).reshape(len(seen), -1)  # (B, H * columns)
        # Keras' Adam corrects the bias of both moments by this factor of the learning rate.
        rate = np.float32(learning_rate * np.sqrt(1 - BETA_2**number) / (1 - BETA_1**number))
        _adam(kernel, seen.T @ error, kernel_moments, rate)
        _adam(bias, error.sum(axis=0), bias_moments, rate)
    return kernel, bias


def _probabilities(logits):
    """Return the softmax of logits, shape (B, H, C), or of one column the sigmoid."""
    if logits.shape[2] == 1:
        return (1 + np.tanh(logits / 2)) / 2
    exponentials = np.exp(logits - logits.max(axis=2, keepdims=True))
    return exponentials / exponentials.sum(axis=2, keepdims=True)


def _adam(weight, gradient, moments, rate):
    """Move a weight by one step of Adam, in place, and its two moments with it."""
    first, second = moments
    first += (gradient - first) * np.float32(1 - BETA_1)
    second += (np.square(gradient) - second) * np.float32(1 - BETA_2)
    weight -= rate * first / (np.sqrt(second) + np.float32(EPSILON))


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
