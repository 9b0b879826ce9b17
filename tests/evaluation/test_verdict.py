import numpy as np
import pytest
from golden import sentences as golden_sentences

from catsex.evaluation import verdict
from catsex.evaluation.shortcuts.candidates import TOGETHER

NUMBERS = golden_sentences.NUMBERS | {
    "groups": {"known": True, "number": 40, "per_class": [20, 20], "smallest_p": 0.0, "needed": 4}
    | {"permutation_scheme": "among groups"},
}


def judge(**changes):
    numbers = NUMBERS | changes
    return verdict.judge(numbers, numbers["photos_of"])


def test_the_sentence_says_what_and_how_sure():
    assert judge().sentence == (
        "No evidence that the network can tell female from male: 54 % of held-out photos right "
        "(95 % interval 43–66 %, chance 50 %); permuted labels separate the classes as well with probability p = 0.31."
    )


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"p_value": 0.001, "interval": (0.6, 0.8)}, "learnable"),
        ({"p_value": 0.001, "interval": (0.49, 0.8)}, "weak evidence"),
        ({"p_value": 0.01, "interval": (0.6, 0.8)}, "weak evidence"),
        ({"p_value": 0.049}, "weak evidence"),
        ({"p_value": 0.05}, "no evidence"),
        ({"p_value": 0.05, "power": 0.79}, "too few photos"),
        ({"p_value": 0.001, "interval": (0.6, 0.8), "power": 0.1}, "learnable"),
    ],
)
def test_the_four_outcomes_and_their_borders(changes, outcome):
    assert judge(**changes).outcome == outcome


@pytest.mark.parametrize(("p_value", "said"), [(0.045, True), (0.011, True), (0.03, False), (0.3, False)])
def test_a_p_value_near_a_threshold_is_called_so(p_value, said):
    assert any("other side" in remark for remark in judge(p_value=p_value).remarks) == said


def test_weak_evidence_says_how_often_chance_looks_like_this_and_what_would_settle_it():
    assert any("one set" in r.lower() and "second set" in r for r in judge(p_value=0.03).remarks)


def test_no_evidence_is_not_called_proof():
    assert any("not proof" in remark for remark in judge().remarks)


@pytest.mark.parametrize(
    ("accuracy", "p_value", "said"), [(0.7, 0.001, True), (0.7, 0.02, False), (0.45, 0.001, False)]
)
def test_a_shortcut_that_does_as_well_is_reported(accuracy, p_value, said):
    shortcuts = [
        {"name": "mean colour", "accuracy": accuracy, "p_value": p_value, "corrected": 3 * p_value},
        {"name": "brightness", "accuracy": 0.4, "p_value": 0.9, "corrected": 1.0},
        {"name": "shape", "accuracy": 0.4, "p_value": 0.9, "corrected": 1.0},
    ]
    assert any("mean colour alone" in remark for remark in judge(shortcuts=shortcuts).remarks) == said


def test_the_best_candidates_are_named_and_what_combines_them_only_where_none_does_as_well():
    def said(*found):
        candidates = [
            {"name": name, "accuracy": accuracy, "p_value": 0.001, "corrected": 0.01} for name, accuracy in found
        ]
        return [remark for remark in judge(shortcuts=candidates).remarks if "alone" in remark]

    together = (TOGETHER, 0.99)
    assert said(together, ("mean colour", 0.8), ("the camera", 0.9)) == [
        "The classes may differ in how they were photographed: the camera alone gets 90 % right (p = 0.001), mean "
        "colour 80 % (p = 0.001)."
    ]
    assert TOGETHER in said(together, ("mean colour", 0.3))[0]


@pytest.mark.parametrize(
    ("names", "text"),
    [(["a", "b", "c"], "tell a, b and c apart"), ([str(n) for n in range(60)], "tell these 60 classes apart")],
)
def test_any_number_of_classes_can_be_named(names, text):
    assert text in judge(class_names=names).sentence


FEW = {
    "known": True,
    "number": 6,
    "per_class": [3, 3],
    "smallest_p": 0.1,
    "needed": 4,
    "permutation_scheme": "among groups",
}


def test_too_few_groups_is_the_answer_whatever_the_power_and_says_how_many_would_do():
    found = judge(groups=FEW, p_value=0.1, power=0.99)
    assert found.outcome == "too few photos"
    assert any(
        "3 and 3 groups" in r and "p cannot fall below 0.1; at least 4 groups per class are needed" in r
        for r in found.remarks
    )


def test_a_class_that_is_mostly_missed_is_named():
    said = "The class cats is mostly misclassified: 28 % right, against 97 % for dogs. There are 12 photos of cats and "
    uneven = {"class_names": ["cats", "dogs"], "accuracy": 0.625, "photos_of": (12, 120)}
    assert said + "120 of dogs." in judge(confusion=np.diag((0.28, 0.97)), **uneven).remarks
    for shares in ((0.55, 0.97), (0.4, 0.6)):
        assert not any(
            "mostly misclassified" in remark for remark in judge(confusion=np.diag(shares), **uneven).remarks
        )


def test_of_many_classes_one_is_missed_if_it_does_much_worse_than_the_others():
    many = {"class_names": [str(n) for n in range(10)], "chance": 0.1, "accuracy": 0.6, "photos_of": [8] * 10}
    assert any(
        "class 3 is mostly" in r for r in judge(confusion=np.diag([0.65] * 3 + [0.2] + [0.65] * 6), **many).remarks
    )
    assert not any("mostly" in r for r in judge(confusion=np.diag([0.65] * 3 + [0.35] + [0.65] * 6), **many).remarks)


def test_subjects_are_asked_about_in_every_outcome_unless_they_are_told():
    unknown = {"groups": NUMBERS["groups"] | {"known": False}}
    for numbers in ({"p_value": 0.001, "interval": (0.6, 0.8)}, {"p_value": 0.03}, {"p_value": 0.5}, {"power": 0.2}):
        assert any("the same subject" in remark for remark in judge(**numbers, **unknown).remarks)
        assert not any("the same subject" in remark for remark in judge(**numbers).remarks)
