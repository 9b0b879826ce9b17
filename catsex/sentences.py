"""What a person reads of results: each sentence once, in `sentences.en.json`; the page in `web/` reads parts of it.

A translation is a second such file, with the same keys and placeholders. Error messages and `--help` are not in it.
"""

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _english() -> dict[str, dict[str, Any]]:
    """Return all sentences, by part and key."""
    return json.loads(files("catsex").joinpath("sentences.en.json").read_text(encoding="utf-8"))


def sentences_of(part: str) -> Callable[..., str]:
    """Return the function that says the sentences of one part.

    Parameters
    ----------
    part : str
        Such as "verdict", the first level of the file.

    Returns
    -------
    callable
        `say("remark.power", power="80 %", …)` returns that sentence with its placeholders filled, as `str.format` fills
        them. Of a sentence in two forms, `count` decides which. It raises KeyError if there is no such sentence, or a
        placeholder has no value.

    Examples
    --------
    >>> say = sentences_of("verdict")
    >>> say("names.two", first="cats", last="dogs")
    'cats from dogs'
    """

    def say(key: str, **values: Any) -> str:
        text = _english()[part][key]
        if isinstance(text, dict):
            text = text["one" if values["count"] == 1 else "other"]
        return text.format(**values)

    return say
