"""One file of sentences for Python and the page: the English ones are Python's, the German ones are all there."""

import json
import re
from importlib.resources import files

import pytest

SENTENCES = json.loads(files("catsex.evaluation").joinpath("sentences.json").read_text(encoding="utf-8"))


def placeholders(sentence):
    texts = sentence.values() if isinstance(sentence, dict) else [sentence]
    return {field for text in texts for field in re.findall(r"\{(\w+)\}", text)}


@pytest.mark.parametrize("code", [code for code in SENTENCES if code != "en"])
def test_a_language_has_all_sentences_with_their_placeholders_and_plurals(code):
    english, other = SENTENCES["en"], SENTENCES[code]
    assert list(english) == list(other)
    for key, sentence in english.items():
        assert type(other[key]) is type(sentence), key
        assert placeholders(other[key]) == placeholders(sentence), key
        if isinstance(sentence, dict):
            assert set(sentence) == set(other[key]) == {"one", "other"}, key


def test_every_sentence_is_said_somewhere():
    """In web/src by its whole key or, where the rest of it is computed, by its beginning."""
    from catsex.page.site import SOURCES

    sources = [path.read_text(encoding="utf-8") for path in (SOURCES / "src").rglob("*.js")]
    code = "\n".join([*sources, (SOURCES / "index.html").read_text(encoding="utf-8")])
    computed = set(re.findall(r"`([a-z]+\.)\$\{", code))
    for key in SENTENCES["en"]:
        said = f"'{key}'" in code or f'"{key}"' in code or any(key.startswith(begin) for begin in computed)
        assert said or f".{key}" in code, key


def test_a_shortcut_is_called_in_english_what_python_calls_it():
    from golden.evaluations import HINTS

    assert [SENTENCES["en"][f"shortcut.{name}"] for name in HINTS] == list(HINTS)
