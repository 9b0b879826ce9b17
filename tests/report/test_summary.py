import numpy as np
import pytest
from sample_records import evaluation, sanity, training

from catsex.evaluation import protocol, splits
from catsex.evaluation.sample import Sample
from catsex.report import captions, summary

pytestmark = pytest.mark.slow  # whole runs are drawn


@pytest.fixture(scope="module")
def evaluated(photos):
    return evaluation(photos)


def test_terminal_and_page_give_the_same_numbers(evaluated):
    text = summary.text(evaluated)
    for name, value, meaning in summary.rows(evaluated):
        assert value and meaning
        if name == "held-out photos right":
            assert f"{evaluated['accuracy']:.1%}" in text and value == f"{100 * evaluated['accuracy']:.0f} %"
    assert text.startswith(evaluated["sentence"])
    assert f"{evaluated['p_value']:.3g}  (59 permutations" in text


def test_the_p_value_is_explained_by_the_counts_that_it_comes_from(evaluated):
    meaning = next(meaning for name, _, meaning in summary.rows(evaluated) if name == "p-value")
    as_good = sum(value >= evaluated["observed"] - 1e-5 for value in evaluated["null"])
    assert f"{as_good} of 59 times" in meaning
    assert f"{as_good} of 59 permutations" in captions.null_histogram(evaluated["null"], evaluated["observed"])
    assert evaluated["p_value"] == pytest.approx((1 + as_good) / 60)


def test_groups_are_spoken_of_where_there_are_any(evaluated, photos):
    assert "groups" not in summary.text(evaluated).split("what one gets")[0].split("\n")[2]
    known = {"known": True, "photos": [2, 4], "number": 12}
    grouped = evaluated | {"groups": evaluated["groups"] | known}
    assert "12, of 2 to 4 photos; labels permuted" in summary.text(grouped)
    assert "groups right" in [name for name, _, _ in summary.rows(grouped)]
    assert "groups right" not in [name for name, _, _ in summary.rows(evaluated)]


def test_photos_whose_label_is_probably_wrong_are_named_the_least_probable_label_first(evaluated):
    quiet = [photo | {"suggested": None} for photo in evaluated["photos"]]
    assert "worth a look" not in summary.text(evaluated | {"photos": quiet})
    said = {"suggested": "male"}
    changed = [quiet[0] | said | {"label_probability": 0.2}, quiet[1] | said | {"label_probability": 0.04}, *quiet[2:]]
    text = summary.text(evaluated | {"photos": changed, "wrong_labels": {"listed": 2, "expected": 1.7}})
    assert "2 photos; about 2 of these labels can be expected to be wrong" in text
    first, second = changed[1]["name"], changed[0]["name"]
    assert f"{first}  is female, probability of that 0.04, rather male" in text
    assert text.index(f"{first}  is") < text.index(f"{second}  is")
    many = {"photos": [photo | said for photo in quiet], "wrong_labels": {"listed": 40, "expected": None}}
    assert "and 30 more" in summary.text(evaluated | many) and "not sure enough" in summary.text(evaluated | many)


def test_near_duplicates_are_listed(evaluated):
    text = summary.text(evaluated | {"duplicates": [["a.jpg", "b.jpg", 0.97]]})
    assert "near-duplicates: 1 pairs" in text and "a.jpg and b.jpg, cosine 0.970" in text


def test_every_kind_of_run_has_its_numbers(photos):
    held_out = splits.last_of_each_class(photos.labels)
    trained = {name: value for name, value, _ in summary.rows(training(photos, held_out))}
    assert trained["epochs"] == "20" and trained["right, of photos that it was trained on"] == "100 %"
    assert "right, of photos that it has never seen" in trained
    assert summary.rows(sanity(photos))[0][:2] == ("recognised as a cat", "39 of 40")


def with_candidates(candidates=None):
    rng = np.random.default_rng(0)
    labels, vectors = np.arange(24) % 2, rng.normal(0, 1, (24, 12)).astype(np.float32)
    options = {"folds": 3, "repeats": 2, "permutations": 39, "candidates": candidates}
    return protocol.evaluate_sample(Sample(vectors, labels, class_names=["cats", "dogs"]), seed=5, **options)


def test_of_many_candidates_the_best_are_shown():
    rng = np.random.default_rng(0)
    candidates = {f"candidate {number}": rng.normal(0, 1, (24, 2)).astype(np.float32) for number in range(8)}
    candidates["candidate 5"][:, 0] = np.arange(24) % 2
    found = with_candidates(candidates)
    text = summary.text(found)
    assert (
        "without looking at the content of the photos (the best of 8)\n  100% right, p = 0.001  candidate 5\n" in text
    )
    assert text.count("  candidate ") + text.count(" candidate ") >= 5
    rows = [name for name, _, _ in summary.rows(found) if name.startswith("from candidate")]
    assert rows[0] == "from candidate 5"
    assert len(rows) == 5
    assert "without looking" not in summary.text(with_candidates())


def test_what_was_bet_on_photos_as_they_came_is_said_where_somebody_bet(evaluated):
    came = {"sentence": "Which is which? 1 of 1 pairs guessed right."}
    assert came["sentence"] in summary.text(evaluated | {"as_they_came": came})
    assert "Which is which?" not in summary.text(evaluated)
