"""What Python programs and notebooks call: the same question, the same numbers as the scripts give."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from catsex import backend
from catsex.datasets import load_photos
from catsex.errors import DataError
from catsex.files import show
from catsex.photos import PhotoSet, read_image

FEW = 9  # features, for which a learning rate of 0.3 suits; for 1280 it is 0.002, near the tutorial's


@dataclass(frozen=True)
class Evaluation:
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
    _results: dict[str, Any] = field(repr=False)
    _pictures: dict[str, bytes] = field(repr=False)

    def __str__(self) -> str:
        from catsex.report import summary

        text = summary.text(self._results)
        return f"{self._results['record']['headline']}\n{text}" if self._results["is_demo"] else text

    def to_dict(self) -> dict[str, Any]:
        """Return all results, as the scripts write them to JSON."""
        return {key: value for key, value in self._results.items() if key != "record"}

    def save(self, folder: str | Path) -> Path:
        """Write the record of the evaluation, `results.json` with its figures and page, into a new folder.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        DataError
            If it is there already, or cannot be written.
        """
        from catsex.report import record

        folder = Path(folder)
        if folder.exists():
            raise DataError(f"{show(folder)} is there already; choose another name")
        try:
            return record.write(record.contents(self._results, self._pictures), folder, "evaluate")
        except OSError as error:
            raise DataError(f"{show(folder)} cannot be written: {error.strerror or error}") from error

    def _repr_html_(self) -> str | None:
        from catsex.report import page

        if not page.can_draw():
            return None
        drawn = page.draw(self._results, self._pictures)[page.PAGE]
        return f'<iframe srcdoc="{html.escape(drawn)}" style="width: 100%; height: 45em; border: 0"></iframe>'


@dataclass(frozen=True)
class Classifier:
    """A network with a last layer that has been trained on one's own photos.

    Attributes
    ----------
    class_names : list of str
    history : dict of str to list of float
        Loss and accuracy after each epoch; empty for a model that was loaded.
    """

    class_names: list[str]
    history: dict[str, list[float]] = field(repr=False)
    _classifier: Any = field(repr=False)
    _origin: dict[str, Any] = field(repr=False)

    def predict(self, photos: "str | Path | Sequence[str | Path]") -> np.ndarray:
        """Say how probable each class is for each photo.

        Parameters
        ----------
        photos : path or sequence of N paths

        Returns
        -------
        ndarray, shape (N, classes), float32

        Raises
        ------
        ImageError
            If one of them cannot be read as a photo.
        """
        from catsex.prediction import classify

        paths = [photos] if isinstance(photos, str | Path) else list(photos)
        answers = [answer for _, _, answer in classify(self._classifier, paths)]
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return np.array(answers, np.float32).reshape(-1, len(self.class_names))

    def explain(self, photo: str | Path) -> np.ndarray:
        """Draw on a photo what speaks for the likeliest class (Grad-CAM).

        Returns
        -------
        ndarray, shape (H, W, 3), uint8, 0 to 255
        """
        from catsex.prediction import gradcam

        pixels = read_image(photo)
        best = int(self.predict(photo)[0].argmax())
        heat = gradcam.explainer(self._classifier.model)(self._classifier.as_input(pixels), best)
        return gradcam.overlay(pixels, heat)

    def save(self, path: str | Path) -> None:
        """Keep it as a `.keras` file that takes raw photos, for `load` and for scripts/predict.py.

        Raises
        ------
        ModelError
            If the file cannot be written.
        """
        from catsex.prediction import saving

        saving.save(self._classifier.network, path, self.class_names, **self._origin)


def evaluate(
    photos: PhotoSet | str | Path | None = None,
    *,
    seed: int | None = None,
    folds: int = 5,
    repeats: int | None = None,
    permutations: int = 1000,
    weights: str | Path | None = None,
    cache: bool = True,
) -> Evaluation:
    """Ask whether a network can learn to tell photos apart.

    Parameters
    ----------
    photos : PhotoSet or path, optional
        A folder, a table or a zip file, as `load_photos` takes it; by default the tutorial's cats.
    seed : int, optional
        By default a fresh one.
    folds, permutations : int
    repeats : int, optional
        By default 10, fewer for more than 400 photos.
    weights : path, optional
        MobileNetV2's weights.
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there.

    Returns
    -------
    Evaluation

    Raises
    ------
    CatsexError
        If the photos, or the weights, cannot be had or used.

    Examples
    --------
    >>> import catsex
    >>> found = catsex.evaluate("my_photos")  # doctest: +SKIP
    >>> print(found.sentence)  # doctest: +SKIP
    """
    _check_run(seed, folds, repeats, permutations)
    chosen = (photos if isinstance(photos, PhotoSet) else load_photos(photos)).as_one_set()
    seed = backend.start_keras(seed)
    from catsex import evaluation, network, pretrained

    mobilenet = pretrained.load_mobilenet(weights)
    features = network.extract(network.frozen_part(mobilenet.model), chosen, cache=cache)
    results = evaluation.evaluate(chosen, features, seed=seed, folds=folds, repeats=repeats, permutations=permutations)
    made_from = {"data": chosen.name, "weights": mobilenet.source, "is_demo": chosen.is_demo}
    pictures = {found.checksum: found.picture for found in chosen.descriptions}
    return _evaluation(made_from | results, seed, chosen, mobilenet, pictures)


def evaluate_features(
    X: Any,
    y: Any,
    *,
    groups: Any = None,
    seed: int | None = None,
    folds: int = 5,
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
    _check_run(seed, folds, repeats, permutations)
    X = _matrix(X)
    y = _column(y, "y", len(X))
    names, labels = np.unique(y, return_inverse=True)
    if len(names) < 2:
        raise DataError(f"y has {len(names)} class; expected at least 2")
    if groups is not None:
        groups = np.unique(_column(groups, "groups", len(X)), return_inverse=True)[1]
    seed = backend.start_keras(seed)
    from catsex import evaluation

    spread = X.std(axis=0)
    standard = ((X - X.mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32)
    results = evaluation.evaluate_features(
        standard,
        labels,
        [show(str(name)) for name in names],
        groups=groups,
        separate_duplicates=False,  # what is a near-duplicate is known for MobileNetV2's features only
        learning_rate=0.3 * min(1, FEW / X.shape[1]),
        seed=seed,
        folds=folds,
        repeats=repeats,
        permutations=permutations,
    )
    shape = SimpleNamespace(headline=f"{len(X)} rows of {X.shape[1]} features", is_demo=False)
    nothing = SimpleNamespace(source="none", fingerprint="none")
    return _evaluation({"data": "features", "weights": "none", "is_demo": False} | results, seed, shape, nothing, {})


def train(
    photos: PhotoSet | str | Path | None = None,
    *,
    seed: int | None = None,
    epochs: int = 20,
    size: int = 224,
    weights: str | Path | None = None,
    cache: bool = True,
) -> Classifier:
    """Train a new last layer of MobileNetV2 on photos, but for those that are held out.

    Parameters
    ----------
    photos, seed, weights, cache
        As `evaluate` takes them.
    epochs : int
    size : int
        Of the photos as the network sees them, in pixels.

    Returns
    -------
    Classifier

    Examples
    --------
    >>> import catsex
    >>> pets = catsex.train("my_photos", seed=1)  # doctest: +SKIP
    >>> pets.predict("new_photo.jpg")  # doctest: +SKIP
    """
    photos = photos if isinstance(photos, PhotoSet) else load_photos(photos)
    seed = backend.start_keras(seed)
    from catsex import network, pretrained
    from catsex.prediction import Classifier as OfNetwork

    mobilenet = pretrained.load_mobilenet(weights, input_shape=(size, size, 3))
    model = network.attach_classifier(mobilenet.model, classes=len(photos.class_names))
    chosen = photos.to_train_on()
    history = network.fit(model, chosen, chosen.labels, epochs=epochs, cache=cache)
    origin = {"data": photos.name, "is_demo": photos.is_demo, "weights": mobilenet.source, "seed": seed}
    origin |= {"versions": backend.versions(), "photos": photos.headline}
    return Classifier(photos.class_names, history, OfNetwork(model, photos.class_names, model), origin)


def load(path: str | Path) -> Classifier:
    """Load a model that `Classifier.save` or a script has kept.

    Raises
    ------
    ModelError
        If there is none, or it is no classifier of photos.

    Examples
    --------
    >>> import catsex
    >>> catsex.load("my_model.keras").class_names  # doctest: +SKIP
    ['cats', 'dogs']
    """
    backend.start_keras(0)
    from catsex.prediction import load_classifier

    loaded = load_classifier(path)
    known = ("class_names", "input", "output")
    return Classifier(loaded.class_names, {}, loaded, {k: v for k, v in loaded.contract.items() if k not in known})


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


def _check_run(seed, folds, repeats, permutations):
    """Raise `DataError` for numbers that the scripts' options refuse too."""
    asked = {"folds": (folds, 2), "repeats": (1 if repeats is None else repeats, 1), "permutations": (permutations, 19)}
    for name, (value, least) in asked.items():
        if not isinstance(value, int) or value < least:
            raise DataError(f"{name} is {value!r}; expected a whole number (int) of at least {least}")
    if seed is not None and (not isinstance(seed, int) or not 0 <= seed < 2**32):
        raise DataError(f"seed is {seed!r}; expected a whole number (int) from 0 to 2**32 - 1")


def _matrix(X):
    """Return features as an array, shape (n, d), float64, or raise `DataError`."""
    try:
        if np.iscomplexobj(X := np.asarray(X)):
            raise TypeError("its values are complex")
        X = X.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"X is no table of numbers: {error}") from error
    if X.ndim != 2 or 0 in X.shape:
        raise DataError(f"expected X of shape (rows, features), got {X.shape}")
    unfit = ~(np.abs(X) <= np.finfo(np.float32).max)  # beyond it, the standard deviation would not be finite either
    if unfit.any():
        row, column = np.argwhere(unfit)[0]
        raise DataError(f"X has a value that is not a finite number, in row {row}, column {column} (float32)")
    return X


def _column(values, name, n):
    """Return labels or groups as an array, shape (n,), or raise `DataError`."""
    each = np.asarray(values, dtype=object)  # as they were given: NumPy makes the text "nan" of one among texts
    if each.shape != (n,) or any(np.ndim(value) for value in each):
        raise DataError(f"expected {name} of shape ({n},), one for each row of X, got {each.shape}")
    if any(_missing(value) for value in each):
        raise DataError(f"{name} has missing values")
    values = np.asarray(values)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"{name} has values that are not finite")
    return values.astype(str) if values.dtype == object else values


def _missing(value):
    """Return whether a label is None, NaN, or pandas' NaT or NA."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124, which NaN is not
    except TypeError:  # NA is neither true nor false
        return True
