"""Python's sentences, which the page says too: in English here, in other languages in web/src/words."""

import json
import re
from importlib.resources import files

from catsex.evaluation.sentences import say

SENTENCES = json.loads(files("catsex.evaluation").joinpath("sentences.json").read_text(encoding="utf-8"))


def test_placeholders_are_filled():
    assert say("names.two", first="cats", last="dogs") == "cats from dogs"


def test_every_sentence_is_said_by_python():
    """By its whole key or, where the rest of it is computed, by its beginning."""
    from catsex.page.site import SOURCES

    folder = SOURCES.parent / "catsex" / "evaluation"
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    computed = set(re.findall(r'f"([a-z]+\.(?:[a-z ]+\.)?)\{', code))
    for key in SENTENCES:
        assert f'"{key}"' in code or any(key.startswith(begin) for begin in computed), key
