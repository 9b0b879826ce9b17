import numpy as np
from sample_figures import HISTORY, POINTS

from catsex.report import captions


def test_findings_say_what_the_figures_show():
    assert captions.learning_curves(HISTORY) == (
        "After 3 epochs, 100 % of the photos that it was trained on are right, 40 percentage points more than of those "
        "that it has never seen (60 %)."
    )
    assert "no more than" in captions.learning_curves({"accuracy": [0.5], "val_accuracy": [0.75]})
    assert captions.null_histogram([-1, 0, 1, 2], 1) == (
        "2 of 4 permutations of the labels separate the photos as well as the real labels, which lie 1.0 standard "
        "deviations of chance above its median, not beyond the 5 % line at 2.0."
    )


def test_beyond_the_line_p_is_below_5_percent_and_on_it_not():
    for count in (19, 59, 999, 1000):
        null = np.random.default_rng(count).normal(size=count)
        line = captions.five_percent_line(null)
        assert (1 + np.sum(null >= line + 1e-9)) / (1 + count) < 0.05 or count == 19
        assert (1 + np.sum(null >= line)) / (1 + count) >= 0.05
    assert "from 16, 75 %. The curve is still rising" in captions.accuracy_by_size(POINTS, True)
    assert captions.confusion_matrix([[0.9, 0.1], [0.4, 0.6]], ["a", "b"]) == (
        "Best recognised: a (90 %). Least: b (60 %). Most frequent confusion: b as a (40 %)."
    )
    assert captions.confusion_matrix(np.eye(3), ["a", "b", "c"]) == "Each class is recognised in 100 % of cases."


def test_the_worst_are_not_taken_for_a_sample():
    assert captions.worst([None] * 40, 31_204) == (
        "Of all photos, 31,204 predictions are wrong. These are the 40 worst, not a sample."
    )
    assert captions.worst([None], 1) == "Of all photos, 1 prediction is wrong; shown here."
