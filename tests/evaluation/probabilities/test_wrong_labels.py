import numpy as np
import pytest

from catsex.evaluation.photo_rows import PhotoRows
from catsex.evaluation.probabilities import label_noise, wrong_labels
from catsex.evaluation.probabilities.kernel_ridge import left_out_scores
from catsex.evaluation.sample import Sample
from catsex.network import features
from catsex.network.model import frozen_part
from catsex.photos.layouts import reading
from catsex.pretrained import weights


def two_kinds(rng, n=60, difference=0.5):
    """Features of photos of two kinds, and what kinds these are."""
    kinds = np.arange(n) % 2
    return (rng.normal(size=(n, 1280)) + difference * (kinds[:, None] - 0.5)).astype(np.float32), kinds


@pytest.mark.parametrize("planted", [3, 12])
def test_planted_wrong_labels_are_listed_and_counted(planted):
    rng = np.random.default_rng(planted)
    features, kinds = two_kinds(rng)
    wrong = rng.choice(len(kinds), planted, replace=False)
    labels = kinds.copy()
    labels[wrong] = 1 - labels[wrong]
    found = wrong_labels.find(rng, Sample(features, labels))
    assert np.isin(wrong, found.listed).mean() > 0.8
    assert np.isin(found.listed, wrong).mean() > 0.8
    assert found.expected == pytest.approx(planted, abs=0.35 * planted)
    probability = wrong_labels.label_probability(found.probabilities, labels)
    assert (np.diff(probability[found.listed]) >= 0).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_photos_of_a_common_class_stay_in_it_where_most_labels_of_a_rare_one_are_wrong(seed):
    rng = np.random.default_rng(seed)
    kinds = (np.arange(120) % 8 == 0).astype(int)
    features = (rng.normal(size=(120, 1280)) + 0.4 * (kinds[:, None] - 0.5)).astype(np.float32)
    wrong = rng.choice(120, 24, replace=False)
    labels = kinds.copy()
    labels[wrong] = 1 - labels[wrong]
    found = wrong_labels.find(rng, Sample(features, labels))
    assert np.isin(wrong, found.listed).mean() > 0.8
    assert np.isin(found.listed, wrong).mean() > 0.8


def test_no_longer_or_shorter_list_can_be_expected_to_be_better():
    rng = np.random.default_rng(4)
    features, labels = two_kinds(rng, difference=0.2)
    planted = rng.choice(len(labels), 6, replace=False)
    labels[planted] = 1 - labels[planted]
    scores = left_out_scores(rng, Sample(features, labels))
    wrong = label_noise.estimate(scores, labels).wrong
    listed = wrong_labels.judge(scores, labels).listed
    order = np.argsort(-wrong)
    expected = [2 * wrong[order[:k]].sum() / (k + wrong.sum()) for k in range(1, len(wrong) + 1)]
    assert sorted(listed) == sorted(order[: np.argmax(expected) + 1])
    assert wrong[listed].min() > wrong_labels.WRONG


def test_right_labels_are_left_alone():
    rng = np.random.default_rng(0)
    features, labels = two_kinds(rng, difference=1)
    found = wrong_labels.find(rng, Sample(features, labels))
    assert len(found.listed) == 0 == found.expected


def test_where_nothing_is_learned_nobody_says_how_many_labels_are_wrong():
    rng = np.random.default_rng(0)
    features, labels = two_kinds(rng, difference=0)
    found = wrong_labels.find(rng, Sample(features, labels))
    assert found.expected is None
    assert found.counted == {"listed": len(found.listed), "expected": None}


def test_of_several_classes_the_likeliest_other_one_is_suggested():
    rng = np.random.default_rng(1)
    kinds = np.arange(90) % 3
    features = (rng.normal(size=(90, 1280)) + np.eye(3)[kinds] @ rng.normal(size=(3, 1280))).astype(np.float32)
    labels = kinds.copy()
    labels[[0, 4]] = [2, 0]
    found = wrong_labels.find(rng, Sample(features, labels))
    assert sorted(found.listed.tolist()) == [0, 4]
    photos = PhotoRows([{}] * 90, labels[None], found, Sample(None, labels, class_names=["a", "b", "c"]))
    assert [photos[i]["suggested"] for i in (0, 4, 8)] == ["a", "b", None]
    assert photos[0]["prediction"] == "a" and photos[0]["label_probability"] < 0.25 < photos[8]["label_probability"]


def test_the_label_is_weighed_against_the_likeliest_other_class():
    probabilities = np.array([[0.2, 0.6, 0.2], [0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])
    assert wrong_labels.label_probability(probabilities, np.array([0, 0, 1])) == pytest.approx([0.25, 2 / 3, 0])


@pytest.mark.slow
@pytest.mark.parametrize("planted", [0, 4, 8])
def test_wrong_labels_among_photos_of_cats_and_dogs_are_listed_and_counted(cats_dogs, real_weights, planted):
    photos = reading.read_photos(cats_dogs / "train")
    first = np.concatenate([np.flatnonzero(photos.labels == label)[:40] for label in (0, 1)])
    photos = photos.subset(np.isin(np.arange(len(photos)), first))
    vectors = features.extract(frozen_part(weights.load_mobilenet(real_weights).model), photos.paths)
    wrong = np.random.default_rng(planted).choice(80, planted, replace=False)
    labels = photos.labels.copy()
    labels[wrong] = 1 - labels[wrong]
    found = wrong_labels.find(np.random.default_rng(0), Sample(vectors, labels))
    assert np.isin(wrong, found.listed).sum() >= 0.75 * planted
    assert len(found.listed) <= 1.4 * planted + 1
    assert found.expected == pytest.approx(planted, abs=2)
