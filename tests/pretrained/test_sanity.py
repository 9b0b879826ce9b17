import numpy as np
import pytest
import skimage.data

from catsex.photos import images, preprocessing
from catsex.pretrained import imagenet, sanity, weights

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_cache")]


def photo(name):
    return preprocessing.preprocess(getattr(skimage.data, name)())


def test_the_cat_is_a_cat_and_has_a_name(network, monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # no names of classes there
    photos = np.stack([photo("chelsea"), photo("coffee")])
    chelsea, coffee = sanity.name_classes(network.model, photos)
    assert chelsea["class_index"] in imagenet.CAT_CLASSES and chelsea["is_cat"] is True
    assert chelsea["label"] == f"class {chelsea['class_index']}"
    predicted = network.model.predict(photos, verbose=0)
    for finding, expected in zip((chelsea, coffee), predicted, strict=True):
        assert set(finding) == {"class_index", "label", "score", "is_cat"}
        assert finding["class_index"] == expected.argmax()
        assert finding["score"] == pytest.approx(expected.max(), abs=1e-5)
        assert finding["is_cat"] == (281 <= expected.argmax() <= 285)


def test_real_weights_know_a_cup_of_coffee_and_its_name(real_weights):
    model = weights.load_mobilenet(real_weights).model
    findings = sanity.name_classes(model, np.stack([photo("chelsea"), photo("coffee")]))
    labels = imagenet.class_names()
    assert [finding["label"] for finding in findings] == [labels[finding["class_index"]] for finding in findings]
    assert [finding["is_cat"] for finding in findings] == [True, False]


def test_without_classes_a_photo_is_compared_with_known_ones(network):
    mirrored = photo("chelsea")[:, ::-1]
    photos = np.stack([photo("chelsea"), photo("coffee"), photo("rocket"), mirrored])
    findings = sanity.compare_with_known_photos(network.model, photos)
    assert [finding["label"] for finding in findings[:3]] == ["chelsea", "coffee", "rocket"]
    assert [finding["is_cat"] for finding in findings[:3]] == [True, False, False]
    for finding in findings[:3]:
        assert finding["score"] == pytest.approx(1, abs=1e-5)
    assert all(finding["class_index"] is None and 0 <= finding["score"] <= 1 + 1e-5 for finding in findings)
    assert findings[3]["score"] < 1 - 1e-4


def test_the_known_photos_come_with_scikit_image_and_no_network():
    for name in sanity.KNOWN_PHOTOS:
        pixels = getattr(skimage.data, name)()
        assert pixels.dtype == np.uint8 and pixels.ndim in (2, 3)


def test_most_real_cats_are_more_like_chelsea_than_like_anything_else(real_cats, real_weights):
    model = weights.load_mobilenet(real_weights).model
    photos = np.stack([preprocessing.preprocess(images.read_image(path)) for path in real_cats.paths[::4]])
    findings = sanity.compare_with_known_photos(model, photos)
    assert sum(finding["is_cat"] for finding in findings) >= 9
