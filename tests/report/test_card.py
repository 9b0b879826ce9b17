import pytest

from catsex.report.card import card

RECORD = {
    "kind": "evaluation",
    "verdict": "weak evidence",
    "accuracy": 0.6475,
    "chance": 0.5,
    "interval": [0.512, 0.758],
    "p_value": 0.0139,
    "permutations": 1000,
    "as_good": 13,
    "shortcuts": [{"name": "mean colour", "accuracy": 0.5}, {"name": "size and shape of the file", "accuracy": 0.71}],
}


def test_a_card_says_the_answer_in_plain_counts():
    said = card(RECORD)
    assert said["headline"] == "Perhaps. It could still be chance."
    assert said["lead"].startswith("It gets 65 of 100 photos right that it has not practised on.")
    (right, about), (chance, shuffles), (by, alone) = said["facts"]
    assert (right, chance, by) == ("65 of 100", "13 of 1,000", "71 of 100")
    assert about == "new photos right. Guessing gives 50. Most likely it is between 51 and 76."
    assert shuffles == "shuffles look this good by chance (p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.014)"
    assert alone.endswith("by this alone: size and shape of the file")


@pytest.mark.parametrize("verdict", ["learnable", "weak evidence", "no evidence", "too few photos"])
def test_each_verdict_has_a_headline_and_a_sentence(verdict):
    said = card(RECORD | {"verdict": verdict})
    assert said["headline"].endswith(".") and "65 of 100" in said["lead"]


def test_where_nothing_else_is_known_of_the_photos_there_are_two_facts():
    assert len(card(RECORD | {"shortcuts": []})["facts"]) == 2


def test_a_run_that_is_no_evaluation_has_no_card():
    assert card({"kind": "training"}) is None
