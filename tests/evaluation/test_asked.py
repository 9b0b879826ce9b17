import hashlib
import json

import pytest

from catsex import files
from catsex.evaluation import asked


def entries(classes, first=0):
    """Photos of so many classes, numbered from `first`."""
    return [
        {"name": f"{first + i}.jpg", "class": name, "sha256": hashlib.sha256(bytes([first + i])).hexdigest()}
        for i, name in enumerate(classes)
    ]


SET = entries(["cats"] * 6 + ["dogs"] * 6)


def prediction(verdict, p_value):
    return {"verdict": verdict, "accuracy": 0.6, "p_value": p_value}


@pytest.mark.usefixtures("empty_cache")
def test_asking_again_is_counted_and_the_first_answer_remembered():
    assert asked.ask(SET, 1, prediction("no evidence", 0.3)) == ([], [])
    before, (remark,) = asked.ask(SET, 2, prediction("no evidence", 0.1))
    assert before == [{"seed": 1, "verdict": "no evidence", "p_value": 0.3}]
    assert remark.startswith("Evaluated for the second time: the first verdict was no evidence, p = 0.3.")
    before, (remark,) = asked.ask(SET, 3, prediction("weak evidence", 0.02))
    assert [one["seed"] for one in before] == [1, 2]
    assert remark.startswith("Evaluated for the third time: the first verdict was no evidence, p = 0.3.")
    assert "0.02 is to be read as 0.06 (Bonferroni)." in remark
    assert "Since" not in remark


@pytest.mark.usefixtures("empty_cache")
def test_the_same_question_gets_the_same_answer_and_is_no_new_one():
    first = asked.ask(SET, 1, prediction("no evidence", 0.3))
    second = asked.ask(SET, 2, prediction("no evidence", 0.2))
    assert asked.ask(SET, 1, prediction("no evidence", 0.3)) == first
    assert asked.ask(SET, 2, prediction("no evidence", 0.2)) == second
    assert len(second[0]) == 1


@pytest.mark.usefixtures("empty_cache")
def test_the_same_seed_with_another_network_is_another_chance():
    asked.ask(SET, 1, prediction("no evidence", 0.3))
    before, (remark,) = asked.ask(SET, 1, prediction("weak evidence", 0.04))
    assert before == [{"seed": 1, "verdict": "no evidence", "p_value": 0.3}] and "the second time" in remark


@pytest.mark.usefixtures("empty_cache")
def test_what_has_changed_since_is_named():
    asked.ask(SET, 1, prediction("no evidence", 0.3))
    changed = [dict(one) for one in SET[1:]] + entries(["dogs"], first=20)
    changed[2]["class"] = "dogs"
    _, (remark,) = asked.ask(changed, 1, prediction("weak evidence", 0.04))
    assert (
        "Since the last time, 1 photo was removed (0.jpg), 1 photo was relabelled (3.jpg is dogs now), 1 photo was "
        "added (20.jpg)."
    ) in remark


@pytest.mark.usefixtures("empty_cache")
def test_other_photos_and_other_questions_of_the_same_photos_do_not_count():
    asked.ask(SET, 1, prediction("no evidence", 0.3))
    assert asked.ask(entries(["cats", "dogs"] * 6, first=6), 1, prediction("no evidence", 0.3)) == ([], [])
    renamed = [one | {"class": "indoors" if i % 2 else "outdoors"} for i, one in enumerate(SET)]
    assert asked.ask(renamed, 1, prediction("no evidence", 0.3)) == ([], [])


def test_a_damaged_or_unwritable_memory_costs_only_itself(empty_cache, caplog):
    asked.ask(SET, 1, prediction("no evidence", 0.3))
    for content in ("", "[1]", '{"seed": 1}', json.dumps({"first": 1})):
        next((empty_cache / "asked").iterdir()).write_text(content)
        assert asked.ask(SET, 2, prediction("no evidence", 0.3)) == ([], [])
    for path in (empty_cache / "asked").iterdir():
        path.unlink()
    (empty_cache / "asked").rmdir()
    (empty_cache / "asked").write_text("a file")
    assert asked.ask(SET, 3, prediction("no evidence", 0.3)) == ([], [])
    assert "cannot be remembered" in caplog.text


def test_only_so_many_are_remembered(empty_cache, monkeypatch):
    monkeypatch.setattr(asked, "MOST", 5)
    for seed in range(9):
        asked.ask(SET, seed, prediction("no evidence", 0.3))
    assert len(list((empty_cache / "asked").glob("*.json"))) == 5
    assert not list((empty_cache / "asked").glob(f"{files.TEMPORARY}*"))
