import keras
import numpy as np
import pytest

from catsex.network import streaming


@pytest.fixture
def on_disk(tmp_path):
    values = np.memmap(tmp_path / "values", np.float32, "w+", shape=(10, 3))
    values[:] = np.arange(30).reshape(10, 3)
    return values, np.arange(10)


def epoch(dataset):
    got = [dataset[number] for number in range(len(dataset))]
    dataset.on_epoch_end()
    return got


def test_each_epoch_has_every_photo_once_with_its_own_label_in_another_order(on_disk):
    np.random.seed(0)
    dataset = streaming.batches(*on_disk, 4)
    assert len(dataset) == 3
    orders = []
    for _ in range(3):
        got = epoch(dataset)
        assert [len(labels) for _, labels in got] == [4, 4, 2]
        for values, labels in got:
            assert not isinstance(values, np.memmap) and (values[:, 0] == 3 * labels).all()
        orders.append(np.concatenate([labels for _, labels in got]).tolist())
        assert sorted(orders[-1]) == list(range(10))
    assert len(set(map(tuple, orders))) == 3


def test_what_is_validated_on_stays_in_order(on_disk):
    dataset = streaming.batches(*on_disk, 4, shuffled=False)
    for _ in range(2):
        assert np.concatenate([labels for _, labels in epoch(dataset)]).tolist() == list(range(10))


@pytest.mark.slow
def test_a_seed_gives_the_same_order_and_keras_takes_it(on_disk):
    values, labels = on_disk
    losses = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy")
        dataset = streaming.batches(values, labels % 2, 4)
        losses.append(model.fit(dataset, epochs=3, verbose=0).history["loss"])
    assert losses[0] == losses[1]
