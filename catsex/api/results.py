"""What every kind of result can do: show itself in a notebook, and be saved."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos import PhotoSet
from catsex.photos.labelled import Labelled
from catsex.sentences import sentences_of

say = sentences_of("terminal")


@dataclass(frozen=True, kw_only=True)
class Results:
    """The result of a run. `print` shows it as the terminal does, a notebook as a page."""

    script: ClassVar[str]  # that gives the same
    _results: dict[str, Any] = field(repr=False)
    _pictures: dict[str, bytes] = field(default_factory=dict, repr=False)

    def summary(self) -> str:
        """Return what `print` shows, and which weights and seed it comes from."""
        found = self._results
        key = "origin.heads" if "heads" in found else "origin.seconds" if "seconds" in found else "origin"
        shown = {name: found.get(name) for name in ("weights", "seed", "seconds", "heads")}
        return f"{self}\n\n{say(key, **shown)}"

    def provenance(self) -> dict[str, Any]:
        """Return the provenance: photos, weights, seed and versions."""
        names = ("data", "weights", "seed", "versions", "network", "is_demo")
        return {name: self._results[name] for name in names}

    def to_dict(self) -> dict[str, Any]:
        """Return all results, as the scripts write them to JSON."""
        return {key: value for key, value in self._results.items() if key != "record"}

    def save(self, folder: str | Path) -> Path:
        """Write the record of the run, `results.json` with its figures and page, into a new folder.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        DataError
            If it already exists, or cannot be written.
        """
        from catsex.report import record

        folder = Path(folder)
        if folder.exists():
            raise DataError(f"{show(folder)} already exists; choose another name")
        try:
            return record.write(record.contents(self._results, self._pictures), folder, self.script)
        except OSError as error:
            raise DataError(f"{show(folder)} cannot be written: {reason(error)}") from error

    def save_as_run(self, argv: Sequence[str], folder: Path | None = None) -> None:
        """Leave the record of a run of a script, and say where; one that cannot be written costs a notice.

        Parameters
        ----------
        argv : sequence of str
            The command line.
        folder : Path, optional
            By default a new one in `runs`.
        """
        from catsex.report import record

        record.keep(self._results, self._pictures, list(argv), folder)

    def _with_demo_line(self, text: str) -> str:
        return f"{self._results['record']['headline']}\n{text}" if self._results["is_demo"] else text

    def _repr_html_(self) -> str | None:
        from catsex.report import page

        if not page.can_draw():
            return None
        drawn = page.draw(self._results, self._pictures)[page.PAGE]
        return f'<iframe srcdoc="{html.escape(drawn)}" style="width: 100%; height: 45em; border: 0"></iframe>'


def of_run(results: dict[str, Any], things: Labelled, pretrained: Any, seed: int) -> dict[str, Any]:
    """Return the fields of `Results`: what was found, with where it comes from, and small pictures of the photos.

    Parameters
    ----------
    results : dict
    things : PhotoSet or FeatureTable
    pretrained : pretrained.Pretrained or FeatureTable
        What has given the features.
    seed : int
    """
    from catsex import backend
    from catsex.report import record

    provenance = backend.provenance(things.name, pretrained.source, seed) | {"network": pretrained.network}
    provenance |= {"is_demo": False, "decoding": {}}
    described, pictures = {"record": record.describe([], seed, things, pretrained)}, {}
    if isinstance(things, PhotoSet):
        provenance |= {"is_demo": things.is_demo, "decoding": things.decoder.to_json()}
        pictures = {found.checksum: found.picture for found in things.descriptions}
    return {"_results": provenance | results | described, "_pictures": pictures}
