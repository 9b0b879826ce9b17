"""Can it be learned? The evaluation of photos and of features of any kind, as functions, with their result."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from catsex import backend
from catsex.api.arrays import as_table, check_near_duplicates, check_run
from catsex.api.known_networks import load_frozen
from catsex.api.photos import as_photo_set
from catsex.api.results import Results, of_run


@dataclass(frozen=True, kw_only=True)
class Evaluation(Results):
    """The result of an evaluation. `print` shows it as the terminal does, a notebook as a page.

    Attributes
    ----------
    verdict : str
        "learnable", "weak evidence", "no evidence" or "too few photos".
    sentence : str
        The verdict and the numbers behind it.
    remarks : list of str
        What else a reader should know.
    accuracy, chance, p_value : float, 0 to 1
        The share of held-out photos that are right, each class counting the same; that of guessing; how often chance
        does as well.
    interval : (float, float), 0 to 1
        The 95 % interval of the accuracy.
    null : ndarray, shape (permutations,)
        How well permuted labels separate the photos, in standard deviations of chance.
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
    photos: Any = None,
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
    ray: str | None = None,
    **reading: Any,
) -> Evaluation:
    """Test whether a network can learn to tell photos apart.

    Parameters
    ----------
    photos : PhotoSet, path or DataFrame, optional
        A folder, a table, a zip file or a DataFrame, as `load_photos` takes it; by default the tutorial's cats.
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
    ray : str, optional
        The address of a Ray cluster that works out what takes long of many photos; "auto" for all cores here.
    **reading
        How to read the photos, as `load_photos` takes it.

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
    chosen = as_photo_set(photos, network=network, **reading).as_one_set()
    seed = backend.draw_seed(seed)
    from catsex import evaluation
    from catsex.network import extract

    # The output of all layers but the last, which never changes: each photo runs through them once. If the cache has
    # that of all photos, not even Keras is loaded.
    frozen, loaded = load_frozen(str(network), seed, weights, cache=cache)
    features = extract(frozen, chosen, cache=cache)
    options: dict[str, Any] = {"near_duplicates": near_duplicates or evaluation.how_alike(loaded.network)}
    options |= {"remember": cache}
    came = {}
    if as_they_came is not None:
        came = {"as_they_came": evaluation.as_they_came(chosen, features, as_they_came, **options)}
    options |= {"folds": folds, "repeats": repeats, "permutations": permutations}
    with _spread(ray) as spread:
        results = evaluation.evaluate(chosen, features, seed=seed, network=loaded.network, spread=spread, **options)
    return _evaluation(results | came, chosen, loaded, seed)


def _spread(ray: str | None) -> Any:
    """Give what works out sums and permutations on a cluster, as `evaluation.evaluate` takes it; None without one."""
    if ray is None:
        return contextlib.nullcontext()
    from catsex import cluster

    return cluster.spreader(ray)


@backend.our_settings()
def evaluate_features(
    X: Any,
    y: Any = None,
    *,
    groups: Any = None,
    seed: int | None = None,
    folds: int | None = None,
    repeats: int | None = None,
    permutations: int = 1000,
    near_duplicates: float | str | None = None,
    as_they_came: str | None = None,
    cache: bool = True,
    ray: str | None = None,
) -> Evaluation:
    """Test whether classes can be told apart by features of any kind: of another network, of sounds, of spectra.

    Each feature is brought to a mean of 0 and a standard deviation of 1 beforehand, which no label has a part in, and
    the learning rate goes by their number; but for those of a network that `extract` has written down.

    Parameters
    ----------
    X : array-like, shape (n, d), finite numbers; or path, or FeatureTable
        A row per thing: lists, arrays and pandas' tables will do. Or a file that `extract` or another program has
        written, with labels and perhaps subjects in it.
    y : array-like, shape (n,)
        The class of each row: texts or numbers. Of a file, nothing: it says so itself.
    groups : array-like, shape (n,), optional
        Rows with the same value belong together, such as several photos of one subject. Copies of one row are not
        looked for in arrays: say here which they are.
    seed, folds, repeats, permutations, ray
        As `evaluate` takes them.
    near_duplicates, as_they_came, cache
        As `evaluate` takes them, for files.

    Returns
    -------
    Evaluation

    Raises
    ------
    DataError
        If the shapes do not fit, a value is not a finite number or missing, there are fewer than two classes, the file
        cannot be read, or `seed`, `folds`, `repeats` or `permutations` is no number that makes sense.

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
    check_near_duplicates(near_duplicates)
    table = as_table(X, y, groups)
    # The near-duplicate cosine is known for features of photos only, not for any numbers.
    options: dict[str, Any] = {"near_duplicates": near_duplicates if y is None else "off", "remember": cache}
    from catsex import evaluation

    came = {}
    if as_they_came is not None:
        came = {"as_they_came": evaluation.table_as_they_came(table, as_they_came, **options)}
    seed = backend.draw_seed(seed)
    options |= {"folds": folds, "repeats": repeats, "permutations": permutations}
    with _spread(ray) as spread:
        results = evaluation.evaluate_table(table, seed=seed, spread=spread, **options)
    return _evaluation(results | came, table, table, seed)


def _evaluation(results: dict[str, Any], photos: Any, pretrained: Any, seed: int) -> Evaluation:
    """Return results as an `Evaluation`, ready to be shown and saved."""
    shown = ("verdict", "sentence", "remarks", "accuracy", "chance", "p_value", "class_names")
    return Evaluation(
        **{name: results[name] for name in shown},
        interval=tuple(results["interval"]),
        null=np.array(results["null"]),
        confusion=np.array(results["confusion"]),
        seed=seed,
        **of_run(results, photos, pretrained, seed),
    )
