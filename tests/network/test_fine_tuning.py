import numpy as np
import pytest

from catsex.network import cutting, fine_tuning, training
from catsex.network.heads import shuffled_batches
from catsex.network.model import attach_classifier


@pytest.mark.slow
def test_tuning_begins_anew_each_time(real_source):
    model = attach_classifier(real_source.loaded.model)
    cutting.unfreeze(model, "block_16_expand")
    below, above = cutting.split(model)
    activations = training.activations(below, above, real_source.photos, cache=False)
    tuner, rng = fine_tuning.Tuner(above), np.random.default_rng(0)
    head = rng.normal(0, 0.05, (1280, 2)).astype(np.float32), np.zeros(2, np.float32)
    mask, batches = np.arange(8) % 4 > 0, shuffled_batches(rng, 8, 0.75, epochs=3)

    def tuned():
        predictions = tuner.predictions(activations, real_source.photos.labels, mask, head, batches)
        return predictions, above.get_weights()

    (first, weights), (second, again) = tuned(), tuned()
    assert (first == second).all() and all(np.allclose(a, b, atol=1e-6) for a, b in zip(weights, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(weights, tuner.start, strict=True))
    tuner.restore()
