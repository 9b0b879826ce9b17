"""What a configuration's text asks for, and what each training method predicts."""

import copy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import ridge, splits
from catsex.evaluation.comparing import out_of_fold
from catsex.evaluation.comparing.configurations import METHODS, parse
from catsex.network.heads import initial_kernels, shuffled_batches, train_heads


@pytest.fixture
def made_up():
    """Features of three classes, as a source has them, and folds."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 12)
    features = (rng.normal(0, 1, (36, 30)) + 2 * np.eye(3)[labels].repeat(10, axis=1)).astype(np.float32)
    photos = SimpleNamespace(labels=labels, class_names=["a", "b", "c"])
    fold = splits.stratified_folds(rng, np.tile(labels, (2, 1)), np.arange(36), 4)
    return SimpleNamespace(photos=photos, features=features), fold


def test_heads_answer_as_if_each_were_trained_on_its_folds_alone(made_up):
    source, fold = made_up
    predictions = out_of_fold.predictions_of(parse("head"), np.random.default_rng(5), source, fold, 4)
    rng = np.random.default_rng(5)
    kernels, batches = initial_kernels(rng, 30, 8, 3), shuffled_batches(rng, 36, 0.75)
    for number, (repeat, one) in enumerate(np.ndindex(2, 4)):
        out = fold[repeat] == one
        alone = train_heads(source.features, source.photos.labels[None], ~out[None], kernels[:, [number]], batches)[0]
        assert (predictions[repeat, out] == alone[out]).all()


def test_ridge_answers_by_its_scores(made_up):
    source, fold = made_up
    predictions = out_of_fold.predictions_of(parse("ridge"), np.random.default_rng(0), source, fold, 4)
    scores = ridge.out_of_fold_scores(source.features, source.photos.labels[None], fold[1], 3)[0]
    assert (predictions[1] == scores.argmax(axis=1)).all()
    assert (predictions == source.photos.labels).mean() > 0.8


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_photo_that_is_held_out_has_no_part_in_its_own_answer(real_source, method):
    photos = real_source.photos
    fold = splits.stratified_folds(np.random.default_rng(1), np.tile(photos.labels, (2, 1)), np.arange(8), 2)
    start = [np.array(weight) for weight in real_source.loaded.model.get_weights()]

    def predictions(position):
        lied = photos.labels.copy()
        lied[position] = 1 - lied[position]
        source = copy.copy(real_source)
        source.photos = replace(photos, labels=lied if position else photos.labels)
        return out_of_fold.predictions_of(parse(method), np.random.default_rng(5), source, fold, 2)

    told_the_truth = predictions(0)
    assert told_the_truth.shape == (2, 8) and (told_the_truth == predictions(0)).all()
    assert (predictions(7)[:, 7] == told_the_truth[:, 7]).all()
    # Whatever was trained, the network that other configurations share is as it was.
    assert all(np.array_equal(a, b) for a, b in zip(start, real_source.loaded.model.get_weights(), strict=True))


@pytest.mark.slow
def test_views_are_looked_at_in_turn_and_held_out_photos_as_they_are(real_source, monkeypatch):
    photos, n = real_source.photos, 8
    fold = splits.stratified_folds(np.random.default_rng(1), photos.labels[None], np.arange(n), 2)
    seen = {}

    def watched(features, labels, masks, kernels, batches):
        seen.update(features=features, masks=masks, batches=batches)
        return train_heads(features, labels, masks, kernels, batches)

    monkeypatch.setattr(out_of_fold, "train_heads", watched)
    out_of_fold.predictions_of(parse("augment"), np.random.default_rng(5), real_source, fold, 2)
    assert np.array_equal(seen["features"][:n], real_source.features)
    views = seen["features"][n:].reshape(out_of_fold.VIEWS, n, -1)
    assert len(np.unique(views[:, 0], axis=0)) == out_of_fold.VIEWS
    assert np.array_equal(seen["masks"], np.tile(seen["masks"][:, :n], out_of_fold.VIEWS + 1))
    used = [np.unique(batch // n - 1).tolist() for batch in seen["batches"]]
    assert used == [[step % out_of_fold.VIEWS] for step in range(20)]


@pytest.mark.slow
def test_which_layers_to_tune_is_asked_for_where_it_is_not_known(made_up, real_source):
    source = copy.copy(real_source)
    source.loaded = replace(real_source.loaded, last_block=None)
    fold = splits.stratified_folds(np.random.default_rng(1), source.photos.labels[None], np.arange(8), 2)
    with pytest.raises(DataError, match="add unfreeze=LAYER"):
        out_of_fold.predictions_of(parse("fine-tune"), np.random.default_rng(5), source, fold, 2)
    predictions = out_of_fold.predictions_of(
        parse("fine-tune,unfreeze=Conv_1"), np.random.default_rng(5), source, fold, 2
    )
    assert predictions.shape == (1, 8)
