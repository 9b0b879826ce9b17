"""Can it be learned?  The question as a function, for photos and for features of any origin, and its answer."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from catsex import backend
from catsex.api.arrays import as_column, as_matrix, check_near_duplicates, check_run
from catsex.api.networks import load_network
from catsex.api.results import Results
from catsex.datasets import load_photos
from catsex.errors import DataError
from catsex.files import show
from catsex.photos import PhotoSet


@dataclass(frozen=True, kw_only=True)
class Evaluation(Results):
    """What an evaluation has found. `print` shows it as the terminal does, a notebook as a page.

    Attributes
    ----------
    verdict : str
        "learnable", "weak evidence", "no evidence" or "too few photos".
    sentence : str
        The verdict and the numbers behind it.
    remarks : list of str
        What else a reader should know.
    accuracy, chance, p_value : float, 0 to 1
        The share of held-out photos that are right, each class counting the same; that of guessing; how often luck
        does as well.
    interval : (float, float), 0 to 1
        The 95 % interval of the accuracy.
    null : ndarray, shape (permutations,), 0 to 1
        The accuracy with shuffled labels.
    confusion : ndarray, shape (classes, classes), 0 to 1
        How often photos of each class (rows) were put in each class (columns).
    class_names : list of str
    seed : int
        Repeats the evaluation.
    """

    script: ClassVar[str] = "evaluate"
    verdict: str
    sentence: str
    remarks: list[str]
    accuracy: float
    chance: float
    p_value: float
    interval: tuple[float, float]
    null: np.ndarray = field(repr=False)
    confusion: np.ndarray = field(repr=False)
    class_names: list[str]
    seed: int

    def __str__(self) -> str:
        from catsex.report import summary

        return self._with_demo_line(summary.text(self._results))


@backend.our_settings()
def evaluate(
    photos: PhotoSet | str | Path | None = None,
    *,
    seed: int | None = None,
    folds: int | None = None,
    repeats: int | None = None,
    permutations: int = 1000,
    near_duplicates: float | str | None = None,
    network: str | Path = "MobileNetV2",
    weights: str | Path | None = None,
    as_they_came: str | None = None,
    cache: bool = True,
) -> Evaluation:
    """Ask whether a network can learn to tell photos apart.

    Parameters
    ----------
    photos : PhotoSet or path, optional
        A folder, a table or a zip file, as `load_photos` takes it; by default the tutorial's cats.
    seed : int, optional
        By default a fresh one.
    folds : int, optional
        By default 5, but as many as the smallest class has groups, if fewer.
    permutations : int
    repeats : int, optional
        By default 10, fewer for more than 400 photos.
    near_duplicates : float or "off", optional
        The cosine of features that near-duplicates exceed, by default what suits the set; "off" if nothing is to be
        guessed, and each photo counts by itself unless the set says otherwise.
    network : str or path
        One of `pretrained.NETWORKS`, or a `.keras` file.
    weights : path, optional
        Its weights.
    as_they_came : str, optional
        Also put each new pair of photos to a network that has seen only the earlier ones, which stays true however
        often one looks: the column of a table that says when each photo came, or "" for the camera's clock or the names
        of the files.
    cache : bool
        Whether to keep features on disk for the next run, to look them up there, and to remember how often these photos
        are asked about, and what was bet on them as they came.

    Returns
    -------
    Evaluation

    Raises
    ------
    CatsexError
        If the photos, or the weights, are unavailable or cannot be used.

    Examples
    --------
    >>> import catsex
    >>> found = catsex.evaluate("my_photos", seed=1, permutations=199)
    >>> found.class_names, found.verdict
    (['cats', 'dogs'], 'learnable')
    """
    check_run(seed, folds, repeats, permutations)
    check_near_duplicates(near_duplicates)
    chosen = (photos if isinstance(photos, PhotoSet) else load_photos(photos)).as_one_set()
    seed = backend.start_keras(seed)
    from catsex import evaluation
    from catsex.network import extract, frozen_part

    loaded = load_network(str(network), weights=weights)
    features = extract(frozen_part(loaded.model), chosen, cache=cache)
    options: dict[str, Any] = {"folds": folds, "repeats": repeats, "permutations": permutations}
    options["near_duplicates"] = near_duplicates or evaluation.how_alike(loaded.network)
    came = {}
    if as_they_came is not None:
        bets = {"near_duplicates": options["near_duplicates"], "remember": cache}
        came = {"as_they_came": evaluation.as_they_came(chosen, features, as_they_came, **bets)}
    options["network"] = loaded.network
    results = evaluation.evaluate(chosen, features, seed=seed, remember=cache, **options) | came
    provenance = {"data": chosen.name, "network": loaded.network, "weights": loaded.source, "is_demo": chosen.is_demo}
    pictures = {found.checksum: found.picture for found in chosen.descriptions}
    return _evaluation(provenance | results, seed, chosen, loaded, pictures)


@backend.our_settings()
def evaluate_features(
    X: Any,
    y: Any,
    *,
    groups: Any = None,
    seed: int | None = None,
    folds: int | None = None,
    repeats: int | None = None,
    permutations: int = 1000,
) -> Evaluation:
    """Ask whether classes can be told apart by features of any origin: another network's, of sounds, of spectra.

    Each feature is brought to a mean of 0 and a standard deviation of 1 beforehand, which no label has a part in, and
    the learning rate goes by their number.

    Parameters
    ----------
    X : array-like, shape (n, d), finite numbers
        A row per thing. Lists, arrays and pandas' tables will do.
    y : array-like, shape (n,)
        The class of each row: texts or numbers.
    groups : array-like, shape (n,), optional
        Rows with the same value belong together, such as several photos of one subject. Copies of one row are not
        looked for: say here which they are.
    seed, folds, repeats, permutations
        As `evaluate` takes them.

    Returns
    -------
    Evaluation

    Raises
    ------
    DataError
        If the shapes do not fit, a value is not a finite number or missing, there are fewer than two classes, or
        `seed`, `folds`, `repeats` or `permutations` is no number that makes sense.

    Examples
    --------
    >>> import numpy as np, catsex
    >>> X = np.random.default_rng(0).normal(size=(40, 8))
    >>> X[20:, 0] += 3
    >>> found = catsex.evaluate_features(X, ["day"] * 20 + ["night"] * 20, seed=1, repeats=2, permutations=199)
    >>> found.verdict
    'learnable'
    """
    check_run(seed, folds, repeats, permutations)
    X = as_matrix(X)
    y = as_column(y, "y", len(X))
    names, labels = np.unique(y, return_inverse=True)
    if len(names) < 2:
        raise DataError(f"y has {len(names)} class; expected at least 2")
    if groups is not None:
        groups = np.unique(as_column(groups, "groups", len(X)), return_inverse=True)[1]
    seed = backend.start_keras(seed)
    from catsex import evaluation

    results = evaluation.evaluate_vectors(
        X,
        labels,
        [show(str(name)) for name in names],
        groups=groups,
        alike=evaluation.Alike(),  # what is a near-duplicate is known for MobileNetV2's features only
        seed=seed,
        folds=folds,
        repeats=repeats,
        permutations=permutations,
    )
    shape = SimpleNamespace(headline=f"{len(X)} rows of {X.shape[1]} features", is_demo=False)
    nothing = SimpleNamespace(network="none", source="none", fingerprint="none")
    return _evaluation({"data": "features", "weights": "none", "is_demo": False} | results, seed, shape, nothing, {})


def _evaluation(results, seed, photos, weights, pictures):
    """Return results as an `Evaluation`, ready to be shown and saved."""
    from catsex.report import record

    results = {"seed": seed, "versions": backend.versions()} | results
    results["record"] = record.describe([], seed, photos, weights)
    shown = ("verdict", "sentence", "remarks", "accuracy", "chance", "p_value", "class_names")
    return Evaluation(
        **{name: results[name] for name in shown},
        interval=tuple(results["interval"]),
        null=np.array(results["null"]),
        confusion=np.array(results["confusion"]),
        seed=seed,
        _results=results,
        _pictures=pictures,
    )
