import pytest

from catsex.evaluation.comparing import wording

SETTINGS = [{"name": "A", "accuracy": 0.64}, {"name": "B", "accuracy": 0.66}, {"name": "C", "accuracy": 0.5}]
PAIR = {"first": 0, "second": 1, "difference": 0.02, "interval": [-0.08, 0.12], "corrected_p": 0.7, "detectable": 0.17}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "No difference can be seen between A and B: 64 % and 66 % (difference 2 points, −8 to +12)."),
        (
            {"first": 1, "second": 0, "difference": -0.01, "interval": [-0.12, 0.001]},
            "No difference can be seen between B and A: 66 % and 64 % (difference −1 point, −12 to 0).",
        ),
        (
            {"corrected_p": 0.004, "interval": [0.01, 0.12]},
            "B gets more right than A: 66 % and 64 % (difference 2 points, +1 to +12; p = 0.004).",
        ),
        (
            {"second": 2, "corrected_p": 0.04, "difference": -0.14, "interval": [-0.2, -0.02]},
            "A gets more right than C: 64 % and 50 % (difference 14 points, +2 to +20; p = 0.04).",
        ),
    ],
)
def test_a_pair_is_put_into_words(changes, sentence):
    said = wording.pair_in_words(PAIR | changes, SETTINGS[:2] if changes.get("second") != 2 else SETTINGS)
    if len(SETTINGS) == 3 and changes.get("second") == 2:
        sentence = sentence.replace("p = 0.04", "p = 0.04, corrected for the number of pairs")
    assert said["sentence"] == sentence
    assert said["differ"] == ("more right" in sentence)


def test_several_settings_are_summed_up():
    equal = [wording.pair_in_words(PAIR | {"first": a, "second": b}, SETTINGS) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert wording.sentence(equal, SETTINGS) == (
        "No difference can be seen between any two of the 3 configurations: they get from 50 % (C) to 66 % (B) right."
    )
    alike = [{"name": name, "accuracy": 0.975} for name in "ABC"]
    said = [wording.pair_in_words(PAIR | {"first": a, "second": b}, alike) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert (
        wording.sentence(said, alike) == "No difference can be seen between the 3 configurations: all get 98 % right."
    )
    remarks = wording.remarks(equal, SETTINGS, SETTINGS[1], 0.61)
    assert remarks[0].startswith("A difference of 17 points would have been seen in four of five such sets")
    assert remarks[1] == "Best of 3: B, 66 % by its own score, 61 % corrected for having picked the best."
    better = PAIR | {"first": 2, "second": 1, "difference": 0.16, "interval": [0.04, 0.3], "corrected_p": 0.02}
    mixed = [*equal[:2], wording.pair_in_words(better, SETTINGS)]
    assert wording.sentence(mixed, SETTINGS).startswith("B gets more right than C: 66 % and 50 %")
    assert wording.sentence(mixed, SETTINGS).endswith(" Of 3 pairs of configurations, 1 differs.")
    assert len(wording.remarks(mixed[2:], SETTINGS, SETTINGS[1], 0.61)) == 2  # nothing was missed
