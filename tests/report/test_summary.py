import numpy as np

from catsex.evaluation import cross_validation, protocol
from catsex.report import summary


def evaluated(hints=None):
    rng = np.random.default_rng(0)
    labels, vectors = np.arange(24) % 2, rng.normal(0, 1, (24, 12)).astype(np.float32)
    options = {"folds": 3, "repeats": 2, "permutations": 39, "hints": hints}
    return protocol.evaluate_features(vectors, labels, ["cats", "dogs"], seed=5, **options)


def test_the_text_says_how_many_permutations_were_made_and_if_it_was_clear_earlier(monkeypatch):
    assert "(39 permutations of the labels)" in summary.text(evaluated())
    monkeypatch.setattr(cross_validation, "ENOUGH", 1)
    found = evaluated()
    assert found["permutations"] < 39 == found["permutations_asked"]
    assert f"(clear after {found['permutations']} of 39 permutations)" in summary.text(found)


def test_of_many_hints_the_best_are_shown():
    rng = np.random.default_rng(0)
    hints = {f"hint {number}": rng.normal(0, 1, (24, 2)).astype(np.float32) for number in range(8)}
    hints["hint 5"][:, 0] = np.arange(24) % 2
    found = evaluated(hints)
    text = summary.text(found)
    assert "without looking at the content of the photos (the best of 8)\n  100% right, p = 0.001  hint 5\n" in text
    assert text.count("  hint ") + text.count(" hint ") >= 5
    rows = [name for name, _, _ in summary.rows(found) if name.startswith("from hint")]
    assert rows[0] == "from hint 5"
    assert len(rows) == 5
    assert "without looking" not in summary.text(evaluated())
