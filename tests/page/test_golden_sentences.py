import json
import re
from importlib.resources import files

from golden import sentences

SENTENCES = files("catsex").joinpath("sentences.en.json")


def test_the_golden_sentences_are_all_that_python_can_say_of_an_evaluation():
    cases = sentences.sentences()
    said = "\n".join(text for case in cases for text in (case["sentence"], *case["remarks"]))
    english = json.loads(SENTENCES.read_text(encoding="utf-8"))["verdict"]
    pythons = [key for key in english if key.startswith(("opening.", "remark."))]
    for key in pythons:
        longest = max(re.split(r"\{\w+\}", english[key]), key=len)
        assert longest in said, key
