import numpy as np
import pytest

import catsex
from catsex.errors import ImageError


@pytest.mark.slow
def test_a_trained_classifier_predicts_explains_and_is_the_same_after_saving(any_cats, any_weights, tmp_path):
    trained = catsex.train(any_cats, seed=1, epochs=3, weights=any_weights)
    photos = sorted(any_cats.glob("*.jpg"))[:3]
    answers = trained.predict(photos)
    assert answers.shape == (3, 2) and np.allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert trained.class_names == ["female", "male"] and len(trained.history["loss"]) == 3
    heat = trained.explain(photos[0])
    assert heat.dtype == np.uint8 and heat.ndim == 3
    assert trained.predict([]).shape == (0, 2)
    trained.save(tmp_path / "m.keras")
    loaded = catsex.load(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(photos), answers, atol=1e-5)
    loaded.save(tmp_path / "again.keras")
    np.testing.assert_allclose(catsex.load(tmp_path / "again.keras").predict(photos[0]), answers[:1], atol=1e-5)
    (tmp_path / "page.jpg").write_text("<html>")
    with pytest.raises(ImageError, match=r"page\.jpg"):
        loaded.predict([photos[0], tmp_path / "page.jpg"])
