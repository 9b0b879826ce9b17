"""What every kind of result can do: show itself in a notebook, and be kept."""

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from catsex.errors import DataError
from catsex.files import show


@dataclass(frozen=True, kw_only=True)
class Results:
    """What a run has found. `print` shows it as the terminal does, a notebook as a page."""

    script: ClassVar[str]  # that gives the same
    _results: dict[str, Any] = field(repr=False)
    _pictures: dict[str, bytes] = field(repr=False)

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
            If it is there already, or cannot be written.
        """
        from catsex.report import record

        folder = Path(folder)
        if folder.exists():
            raise DataError(f"{show(folder)} is there already; choose another name")
        try:
            return record.write(record.contents(self._results, self._pictures), folder, self.script)
        except OSError as error:
            raise DataError(f"{show(folder)} cannot be written: {error.strerror or error}") from error

    def _with_demo_line(self, text: str) -> str:
        return f"{self._results['record']['headline']}\n{text}" if self._results["is_demo"] else text

    def _repr_html_(self) -> str | None:
        from catsex.report import page

        if not page.can_draw():
            return None
        drawn = page.draw(self._results, self._pictures)[page.PAGE]
        return f'<iframe srcdoc="{html.escape(drawn)}" style="width: 100%; height: 45em; border: 0"></iframe>'
