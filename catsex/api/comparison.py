"""Would another configuration do better? The comparison as a function, with its result."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from catsex import backend
from catsex.api.arrays import check_run
from catsex.api.networks import load_network
from catsex.api.photos import as_photo_set
from catsex.api.results import Results, of_run


@dataclass(frozen=True, kw_only=True)
class Comparison(Results):
    """The result of a comparison of configurations. `print` shows it as the terminal does, a notebook as a page.

    Attributes
    ----------
    sentence : str
        Whether any of them does better.
    remarks : list of str
        What could have been seen, what the best one is worth, what is not said.
    configurations : list of dict
        Of each `name`, `accuracy` (the share of held-out photos that are right, each class counting the same, 0 to 1),
        `interval` (its 95 % interval), `seconds` and more.
    pairs : list of dict
        Of each two `first`, `second`, `difference` (of the second one's accuracy minus the first one's), `interval`,
        `p_value`, `corrected_p`, `detectable` (the difference that would have been seen in four of five such sets),
        `differ` and `sentence`.
    best : str
        The configuration with the highest accuracy.
    best_accuracy, corrected_accuracy : float, 0 to 1
        The best one's own accuracy, and the same corrected for having picked the best.
    seed : int
        Repeats the comparison.
    """

    script: ClassVar[str] = "compare"
    sentence: str
    remarks: list[str]
    configurations: list[dict[str, Any]]
    pairs: list[dict[str, Any]]
    best: str
    best_accuracy: float
    corrected_accuracy: float
    seed: int

    def __str__(self) -> str:
        from catsex.report import comparison

        return self._with_demo_line(comparison.text(self._results))


@backend.our_settings()
def compare(
    photos: Any = None,
    configurations: Sequence[str] = ("head", "ridge"),
    *,
    seed: int | None = None,
    folds: int | None = None,
    repeats: int = 5,
    network: str | Path = "MobileNetV2",
    weights: str | Path | None = None,
    cache: bool = True,
    **reading: Any,
) -> Comparison:
    """Test whether one configuration does better than another, or only looks better.

    Parameters
    ----------
    photos : PhotoSet, path or DataFrame, optional
        As `evaluate` takes them.
    configurations : sequence of str
        At least two: "head", "ridge", "size=160", "network=ResNet50V2", or several of them as in "size=160,ridge".
    seed : int, optional
        By default a fresh one.
    folds : int, optional
        By default 5, but as many as the smallest class has groups, if fewer.
    repeats : int
    network : str or path
        What all configurations use that name no other: one of `pretrained.NETWORKS`, or a `.keras` file.
    weights : path, optional
        Its weights.
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there.
    **reading
        How to read the photos, as `load_photos` takes it.

    Returns
    -------
    Comparison

    Raises
    ------
    CatsexError
        If a configuration is none, or the photos or the weights are unavailable or cannot be used.

    Examples
    --------
    >>> import catsex
    >>> found = catsex.compare("my_photos", ["head", "ridge", "size=128"], seed=1, repeats=2)
    >>> [configuration["name"] for configuration in found.configurations], len(found.pairs)
    (['head', 'ridge', 'size=128'], 3)
    """
    check_run(seed, folds, repeats, 1000)
    from catsex import evaluation

    wanted = evaluation.parse_configurations(configurations)
    chosen = as_photo_set(photos, network=network, **reading).as_one_set()
    seed = backend.start_keras(seed)

    def load(name, size):
        return load_network(name or str(network), size, None if name else weights)

    results = evaluation.compare(chosen, wanted, load, seed=seed, folds=folds, repeats=repeats, cache=cache)
    first = evaluation.first_network(results)
    shown = ("sentence", "remarks", "configurations", "pairs", "best", "best_accuracy", "corrected_accuracy")
    return Comparison(**{name: results[name] for name in shown}, seed=seed, **of_run(results, chosen, first, seed))
