"""Each sentence is said somewhere, and what fills its placeholders is what it asks for."""

import ast
import json
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

import catsex
from catsex.sentences import sentences_of

SENTENCES = json.loads(files("catsex").joinpath("sentences.en.json").read_text(encoding="utf-8"))
PAGE_ONLY = {("methods", "reviewed")}  # of photos whose class was changed on the page
CATSEX = Path(catsex.__file__).parent


def of_template(text):
    """Return what a template says as a module would say it."""
    said = [found.strip() for found in re.findall(r"{{(.*?)}}", text, re.DOTALL) if "say(" in found]
    return ast.parse("\n".join(['say = sentences_of("report")', *said]))


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CATSEX.rglob("*.py")}
TREES |= {path: of_template(path.read_text(encoding="utf-8")) for path in CATSEX.rglob("*.jinja")}


def parts_of(tree):
    """Return which name of a module says the sentences of which part: {"say": "verdict"}."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target, value in zip(single(node.targets[0]), single(node.value), strict=False):
                if isinstance(value, ast.Call) and ast.unparse(value.func) == "sentences_of":
                    found[target.id] = value.args[0].value
    return found


def single(node):
    return node.elts if isinstance(node, ast.Tuple) else [node]


SAYING = [(tree, parts_of(tree)) for tree in TREES.values() if parts_of(tree)]


def patterns(tree):
    """Return all texts of a module as regular expressions; anything may stand in the place of what is computed."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            texts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if any(texts):
                found.add("".join(".+" if text is None else re.escape(text) for text in texts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(re.escape(node.value))
    return found


def forms(part, key):
    text = SENTENCES[part][key]
    return list(text.values()) if isinstance(text, dict) else [text]


def placeholders(part, key):
    return {name for text in forms(part, key) for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("part", SENTENCES)
def test_every_sentence_is_said(part):
    said = {pattern for tree, parts in SAYING if part in parts.values() for pattern in patterns(tree)}
    keys = {key for key in SENTENCES[part] if (part, key) not in PAGE_ONLY}
    assert not {key for key in keys if not any(re.fullmatch(pattern, key) for pattern in said)}


def calls():
    """Yield of each call whose key, or either of two, stands in the code: part, keys, names of values, whether more."""
    for tree, parts in SAYING:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in parts:
                names = {keyword.arg for keyword in node.keywords}
                keys = [node.args[0].body, node.args[0].orelse] if isinstance(node.args[0], ast.IfExp) else node.args
                if all(isinstance(key, ast.Constant) for key in keys):
                    yield parts[node.func.id], [key.value for key in keys], names - {None}, None in names


def test_every_sentence_gets_what_its_placeholders_ask_for():
    found = list(calls())
    assert len(found) > 50
    for part, keys, names, more in found:
        wanted = set().union(*(placeholders(part, key) for key in keys))
        wanted |= {"count" for key in keys if isinstance(SENTENCES[part][key], dict)}
        assert names <= wanted if more else names == wanted, (part, keys)


def test_a_sentence_in_two_forms_has_these_two():
    for part, sentences in SENTENCES.items():
        for key, text in sentences.items():
            assert isinstance(text, str) or list(text) == ["one", "other"], (part, key)


def test_placeholders_are_filled_and_a_number_decides_on_the_form():
    assert sentences_of("verdict")("names.two", first="cats", last="dogs") == "cats from dogs"
    assert sentences_of("captions")("photos", count=1) == "1 photo"
    assert sentences_of("captions")("photos", count=1200) == "1,200 photos"
    with pytest.raises(KeyError):
        sentences_of("verdict")("names.two", first="cats")
