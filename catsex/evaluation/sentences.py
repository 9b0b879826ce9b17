"""The sentences of a verdict, from the file that the browser page in `web/` reads too."""

import json
from functools import cache
from importlib.resources import files


@cache
def _english():
    """Return Python's sentences, by key."""
    return json.loads(files("catsex.evaluation").joinpath("sentences.json").read_text(encoding="utf-8"))


def say(key, **values):
    """Return a sentence with its placeholders filled.

    Parameters
    ----------
    key : str
        Such as "remark.power".
    **values
        For each placeholder, what stands in its place.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If there is no such sentence, or a placeholder has no value.
    """
    return _english()[key].format(**values)
