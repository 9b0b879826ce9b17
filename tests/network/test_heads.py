import keras
import numpy as np
import pytest

from catsex.network import heads


def single_head(features, labels, kernel, batches):
    """Train one head by Keras itself, on the batches given, and return its logits for all photos."""
    model = keras.Sequential([keras.Input((features.shape[1],)), keras.layers.Dense(kernel.shape[1])])
    model.layers[0].set_weights([kernel, np.zeros(kernel.shape[1], np.float32)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for batch in batches:
        model.train_on_batch(features[batch], labels[batch])
    return model.predict(features, verbose=0)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3])
def test_each_head_is_trained_as_keras_trains_one_alone(classes):
    rng = np.random.default_rng(0)
    n, d, count = 30, 50, 4
    features = rng.random((n, d), np.float32)
    labels = rng.integers(0, classes, (count, n))
    masks = rng.random((count, n)) < 0.7
    kernels = heads.initial_kernels(rng, d, count, classes)
    batches = heads.shuffled_batches(rng, n, 0.7, epochs=6, batch_size=8)
    logits = heads.train_logits(features, labels, masks, kernels, batches)
    for head in range(count):
        own = [batch[masks[head, batch]] for batch in batches]
        alone = single_head(features, labels[head], np.ascontiguousarray(kernels[:, head]), own)
        if classes == 2:
            alone = alone[:, 1:] - alone[:, :1]
        np.testing.assert_allclose(logits[:, head], alone, atol=1e-4)


def test_the_answer_is_the_class_with_the_largest_logit():
    rng = np.random.default_rng(0)
    features = np.eye(6, dtype=np.float32)
    labels = np.tile(np.arange(6) % 3, (2, 1))
    kernels = heads.initial_kernels(rng, 6, 2, 3)
    batches = heads.shuffled_batches(rng, 6, 1, epochs=300)
    everything = np.ones((2, 6), bool)
    predictions = heads.train_heads(features, labels, everything, kernels, batches, learning_rate=0.05)
    assert (predictions == labels).all()


def test_batches_cover_every_photo_once_an_epoch():
    batches = heads.shuffled_batches(np.random.default_rng(0), 100, 0.8, epochs=3, batch_size=32)
    assert [len(batch) for batch in batches] == [40, 40, 20] * 3
    for epoch in range(3):
        assert sorted(np.concatenate(batches[3 * epoch : 3 * epoch + 3])) == list(range(100))


def test_initial_kernels_lie_within_the_limits_of_a_single_dense_layer():
    kernels = heads.initial_kernels(np.random.default_rng(0), 1280, 10, 2)
    limit = np.sqrt(6 / 1282)
    assert kernels.shape == (1280, 10, 2)
    assert kernels.dtype == np.float32
    assert 0.99 * limit < np.abs(kernels).max() <= limit * (1 + 1e-6)
