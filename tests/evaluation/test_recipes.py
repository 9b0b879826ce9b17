"""What a setting's text asks for, and what each recipe answers."""

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import recipes, ridge, splits
from catsex.evaluation.recipes import Setting, parse, parse_settings
from catsex.network.heads import initial_kernels, shuffled_batches, train_heads


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("head", Setting("head")),
        ("ridge", Setting("ridge", "ridge")),
        ("head=ridge", Setting("head=ridge", "ridge")),
        ("recipe=ridge", Setting("recipe=ridge", "ridge")),
        ("size=160", Setting("size=160", "head", 160)),
        ("size=160,ridge", Setting("size=160,ridge", "ridge", 160)),
        ("ridge, size=160", Setting("ridge, size=160", "ridge", 160)),
    ],
)
def test_a_text_says_what_to_compare(text, setting):
    assert parse(text) == setting


@pytest.mark.parametrize("text", ["", "heads", "size", "size=", "size=20", "size=5000", "size=¹60", "160", "a=b"])
def test_what_is_no_setting_is_one_clear_line(text):
    with pytest.raises(DataError, match=r"no such setting: .*; expected something such as head, ridge") as raised:
        parse(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["head"], "at least two settings"),
        ([], "at least two settings"),
        (["head", "head"], "head and head are the same"),
        (["ridge", "head=ridge"], "ridge and head=ridge are the same"),
        (["head,ridge", "head"], "head,ridge says twice which recipe"),
        (["head,", "ridge"], "head, says twice which recipe"),
    ],
)
def test_settings_are_at_least_two_and_different(texts, message):
    with pytest.raises(DataError, match=message):
        parse_settings(texts)


@pytest.fixture
def made_up():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 12)
    features = (rng.normal(0, 1, (36, 30)) + 2 * np.eye(3)[labels].repeat(10, axis=1)).astype(np.float32)
    fold = splits.stratified_folds(rng, np.tile(labels, (2, 1)), np.arange(36), 4)
    return features, labels, fold


def test_heads_answer_as_if_each_were_trained_on_its_folds_alone(made_up):
    features, labels, fold = made_up
    answers = recipes.answers_of("head", np.random.default_rng(5), features, labels, fold, classes=3, folds=4)
    rng = np.random.default_rng(5)
    kernels, batches = initial_kernels(rng, 30, 8, 3), shuffled_batches(rng, 36, 0.75)
    for number, (repeat, one) in enumerate(np.ndindex(2, 4)):
        out = fold[repeat] == one
        alone = train_heads(features, labels[None], ~out[None], kernels[:, [number]], batches)[0]
        assert (answers[repeat, out] == alone[out]).all()


def test_a_photo_that_is_held_out_has_no_part_in_its_own_answer(made_up):
    features, labels, fold = made_up
    for recipe in recipes.RECIPES:

        def answers(given):
            return recipes.answers_of(recipe, np.random.default_rng(5), features, given, fold, classes=3, folds=4)  # noqa: B023

        lied = labels.copy()
        lied[7] = 2
        assert (answers(lied)[:, 7] == answers(labels)[:, 7]).all()
        if recipe == "ridge":  # 20 epochs at the tutorial's rate teach a head little of 30 features
            assert (answers(labels) == labels).mean() > 0.8


def test_ridge_answers_by_its_scores(made_up):
    features, labels, fold = made_up
    answers = recipes.answers_of("ridge", np.random.default_rng(0), features, labels, fold, classes=3, folds=4)
    scores = ridge.out_of_fold_scores(features, labels[None], fold[1], 3)[0]
    assert (answers[1] == scores.argmax(axis=1)).all()
