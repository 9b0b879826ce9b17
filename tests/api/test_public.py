"""The Python face: what it exports, and the examples of its docstrings."""

import doctest
import shutil
import subprocess
import sys

import pytest

import catsex
from catsex import api


def test_the_exported_names_are_these_and_cost_no_import_of_keras():
    names = ["Classifier", "Comparison", "Evaluation", "Extraction", "Training", "compare", "evaluate"]
    names += ["evaluate_features", "extract", "load", "load_photos", "train"]
    assert catsex.__all__ == names and set(names) <= set(dir(catsex))
    for name in names:
        assert getattr(catsex, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        catsex.guess  # noqa: B018
    program = "import sys, catsex; catsex.evaluate; print([m for m in ('keras', 'tensorflow') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.fixture
def my_photos(tmp_path, monkeypatch, cats_dogs, real_weights):
    """A working folder as the examples have it, with ten photos of cats and ten of dogs in my_photos."""
    monkeypatch.chdir(tmp_path)
    for name in ("cats", "dogs"):
        (tmp_path / "my_photos" / name).mkdir(parents=True)
        for number, photo in enumerate(sorted((cats_dogs / "train" / name).iterdir())[:10], 1):
            shutil.copy(photo, tmp_path / "my_photos" / name / f"{number}.jpg")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "least"),
    [(api.evaluation, 5), (api.classifier, 3), (api.comparison, 3), (api.training, 4), (api.extraction, 3)],
)
def test_the_examples_in_the_docstrings_give_what_they_say(my_photos, module, least):
    failed, tried = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert tried >= least and failed == 0
