"""What people do with few photos: the recipes of other tools, each by its own documentation, on the same features.

Each recipe takes a random generator, features (n, d), labels of two classes (n,) and the number of each photo's
individual (n,), and returns what its reader gets to see: {name: accuracy}, or {name: p-value} for the tests. Those that
are named "recipe of" do what the tool's documentation or source says without the tool. All else is as the tool has it
by default. A tool is imported when its recipe is first asked for.
"""

import contextlib
import functools
import io
import os
import tempfile

import numpy as np

EPOCHS = 20  # of the lesson


def keras_guide(rng, x, y, who):
    """Follow Keras' guide "Transfer learning and fine-tuning": dropout and a new last layer, a fifth held out, Adam."""
    order = rng.permutation(len(y))
    known, asked = order[len(y) // 5 :], order[: len(y) // 5]  # validation_split=0.2
    model, right = _anew(_keras_model(x.shape[1]), rng), []
    for _ in range(EPOCHS):
        for start in range(0, len(known), 32):
            model.train_on_batch(x[known[start : start + 32]], y[known[start : start + 32]].astype(np.float32))
        known = rng.permutation(known)
        right.append(float(np.mean((model(x[asked], training=False).numpy().ravel() > 0.5) == y[asked])))
    return {"Keras' guide, last epoch": right[-1], "Keras' guide, best epoch": max(right)}


def teachable_machine(rng, x, y, who):
    """Hold out 15 % of each class, rounded up, as Teachable Machine; 100 hidden units, 50 epochs of batches of 16.

    Its page cannot be run here; this is what its library for images does (teachable-mobilenet.ts).
    """
    parts = [rng.permutation(np.flatnonzero(y == label)) for label in (0, 1)]
    asked = np.concatenate([part[: -(-15 * len(part) // 100)] for part in parts])
    known = rng.permutation(np.setdiff1d(np.arange(len(y)), asked))
    model = _anew(_teachable_model(x.shape[1]), rng)
    for _ in range(50):
        for start in range(0, len(known), 16):
            model.train_on_batch(x[known[start : start + 16]], y[known[start : start + 16]])
    right = np.mean(model(x[asked], training=False).numpy().argmax(axis=1) == y[asked])
    return {"recipe of Teachable Machine, test samples": float(right)}


@functools.cache
def _keras_model(features):
    """Return the guide's last layers."""
    from keras import Sequential, layers

    model = Sequential([layers.Input((features,)), layers.Dropout(0.2), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model


@functools.cache
def _teachable_model(features):
    """Return Teachable Machine's last layers."""
    from keras import Sequential, layers, optimizers

    hidden = layers.Dense(100, activation="relu", kernel_initializer="variance_scaling")
    last = layers.Dense(2, activation="softmax", use_bias=False, kernel_initializer="variance_scaling")
    model = Sequential([layers.Input((features,)), hidden, last])
    model.compile(optimizers.Adam(0.001), "sparse_categorical_crossentropy")
    return model


def _anew(model, rng):
    """Return a compiled model as if it were new: to compile one for each set would take longer than to train it."""
    from keras import utils

    utils.set_random_seed(int(rng.integers(2**31)))
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(layer.kernel_initializer.clone()(layer.kernel.shape))
            if layer.use_bias:
                layer.bias.assign(np.zeros(layer.bias.shape))
    rate = float(model.optimizer.learning_rate)
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))
    model.optimizer.learning_rate = rate
    return model


def _pipeline():
    """Return the pipeline of scikit-learn's "Getting started"."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression())


def cross_val_score(rng, x, y, who):
    """Follow scikit-learn's user guide, 3.1: `cross_val_score(clf, X, y, cv=5)`; the mean of the scores is read."""
    from sklearn.model_selection import cross_val_score as of

    return {"scikit-learn, cross_val_score": float(of(_pipeline(), x, y, cv=5).mean())}


def cross_val_score_by_groups(rng, x, y, who):
    """Follow the same guide, 3.1.2.4, for who knows that photos belong together: `StratifiedGroupKFold`."""
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.model_selection import cross_val_score as of

    score = of(_pipeline(), x, y, groups=who, cv=StratifiedGroupKFold(5)).mean()
    return {"scikit-learn, cross_val_score with groups": float(score)}


def permutation_test_score(rng, x, y, who):
    """Follow scikit-learn's user guide, 3.1.4, with the 100 permutations that it has by default."""
    from sklearn.model_selection import permutation_test_score as of

    p_value = of(_pipeline(), x, y, cv=5, random_state=int(rng.integers(2**31)))[2]
    return {"scikit-learn, permutation_test_score": float(p_value)}


def permutation_test_score_by_groups(rng, x, y, who):
    """Do the same with groups: labels are then permuted inside groups only, says its docstring."""
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.model_selection import permutation_test_score as of

    options = {"groups": who, "cv": StratifiedGroupKFold(5), "random_state": int(rng.integers(2**31))}
    return {"scikit-learn, permutation_test_score with groups": float(of(_pipeline(), x, y, **options)[2])}


def orange(rng, x, y, who):
    """Do as Orange's Test and Score does with logistic regression: five stratified folds; CA is read."""
    from Orange.classification import LogisticRegressionLearner
    from Orange.data import ContinuousVariable, DiscreteVariable, Domain, Table
    from Orange.evaluation import CA, CrossValidation

    variables = [ContinuousVariable(f"n{i}") for i in range(x.shape[1])]
    table = Table.from_numpy(Domain(variables, DiscreteVariable("class", values=("0", "1"))), x, y)
    found = CrossValidation(k=5, stratified=True, random_state=0)(table, [LogisticRegressionLearner()])
    return {"Orange, Test and Score": float(CA(found)[0])}


def fastai(rng, x, y, who):
    """Hold out a fifth as fastai (`valid_pct=0.2`); the head of `vision_learner`, `fit_one_cycle`, the best epoch."""
    import torch
    from fastai.callback import schedule  # noqa: F401, which gives learners `fit_one_cycle`
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.losses import CrossEntropyLossFlat
    from fastai.metrics import accuracy
    from fastai.vision.learner import create_head

    torch.manual_seed(int(rng.integers(2**31)))
    order = rng.permutation(len(y))
    parts = order[len(y) // 5 :], order[: len(y) // 5]
    rows = [[(torch.tensor(x[i]), torch.tensor(int(y[i]))) for i in part] for part in parts]
    train = DataLoader(rows[0], bs=min(64, len(rows[0])), shuffle=True, drop_last=True)
    loaders = DataLoaders(train, DataLoader(rows[1], bs=64))
    head = create_head(x.shape[1], 2, pool=False)
    learner = Learner(loaders, head, loss_func=CrossEntropyLossFlat(), metrics=accuracy)
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(EPOCHS, 2e-3)
    return {"fastai, best epoch": float(max(row[2] for row in learner.recorder.values))}


def autogluon(rng, x, y, who):
    """Call AutoGluon's `TabularPredictor(label).fit(table)`, and the best `score_val` of its leaderboard."""
    import pandas as pd
    from autogluon.tabular import TabularPredictor

    table = pd.DataFrame(x, columns=[f"n{i}" for i in range(x.shape[1])]).assign(label=y)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        predictor = TabularPredictor("label", path=os.path.join(folder, "models"), verbosity=0)
        board = predictor.fit(table, num_gpus=0).leaderboard(silent=True)
    return {"AutoGluon, best of the leaderboard": float(board["score_val"].max())}


def ours(rng, x, y, who):
    """Return the p-value of its verdict, told which photos show whom."""
    return {"catsex": _verdict_p(rng, x, y, who)}


def ours_untold(rng, x, y, who):
    """Return the p-value of its verdict without the individuals, for which a remark then asks."""
    return {"catsex, not told who is who": _verdict_p(rng, x, y, None)}


def ours_whole(rng, x, y, who):
    """Return the whole evaluation, with learning curve and wrong labels, for its seconds; the p-value is the same."""
    from catsex.evaluation import Sample, evaluate_sample

    return {
        "catsex, the whole evaluation": evaluate_sample(Sample(x, y, who), seed=int(rng.integers(2**31)))["p_value"]
    }


def _verdict_p(rng, x, y, who):
    """Return the p-value of the verdict."""
    from catsex.evaluation import Alike
    from catsex.evaluation.grouping.near_duplicates import find_duplicates
    from catsex.evaluation.permuting.permutation_test import permutation_test
    from catsex.evaluation.sample import Sample

    several = who is not None and len(np.unique(who)) < len(who)
    found, told = Alike(find_duplicates(x, range(len(x)))), who if several else None
    sample = Sample(x, y, found.together(len(x), told), found.units(y, told))
    return float(permutation_test(sample, seed=int(rng.integers(2**31)), permutations=1000).p_value)


# name: (recipe, only where there are several photos of each individual, in which share of the sets)
RECIPES = {
    "catsex": (ours, False, 1),
    "catsex-untold": (ours_untold, True, 1),
    "catsex-whole": (ours_whole, False, 0.05),
    "keras": (keras_guide, False, 1),
    "teachable-machine": (teachable_machine, False, 0.5),
    "fastai": (fastai, False, 0.25),
    "cross_val_score": (cross_val_score, False, 1),
    "cross_val_score-groups": (cross_val_score_by_groups, True, 1),
    "orange": (orange, False, 0.5),
    "permutation_test_score": (permutation_test_score, False, 1),
    "permutation_test_score-groups": (permutation_test_score_by_groups, True, 0.2),
    "autogluon": (autogluon, False, 0.2),
}
