import numpy as np

from catsex.evaluation import photo_rows
from catsex.evaluation.photo_rows import PhotoRows, Told, digests_of
from catsex.evaluation.probabilities.wrong_labels import WrongLabels
from catsex.evaluation.sample import Sample

ENTRIES = [{"name": f"{number}.jpg", "class": "cats"} for number in range(4)]


def test_rows_look_like_a_list_of_what_is_said_of_each_photo():
    labels, predictions = np.array([0, 0, 1, 1]), np.array([[0, 1, 1, 1], [0, 1, 1, 0]])
    wrong = WrongLabels(np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.5, 0.5]]), np.array([1]), 1.0)
    rows = PhotoRows(ENTRIES, predictions, wrong, Sample(None, labels, class_names=["cats", "dogs"]))
    assert len(rows) == 4 and list(rows) == [rows[row] for row in range(4)]
    assert rows[1] == ENTRIES[1] | {
        "right": 0.0,
        "predictions": [0, 2],
        "prediction": "dogs",
        "label_probability": 0.2,
        "suggested": "dogs",
    }
    assert rows[3]["right"] == 0.5 and rows[2]["suggested"] is None


def test_digests_are_equal_and_in_order_as_their_texts_are(monkeypatch):
    monkeypatch.setattr(photo_rows, "AT_ONCE", 2)
    texts = ["b", "aé", "a", "a", "aez", "aeé"]
    entries = [{"name": "x", "sha256": text} for text in texts[:-1]] + [{"name": texts[-1]}]
    found = digests_of(entries)
    assert [one.decode() for one in found] == texts and sorted(texts) == [one.decode() for one in np.sort(found)]


def test_what_is_not_told_is_the_name():
    entries = [*ENTRIES, {"name": "x", "path": "/a/x"}]
    assert list(Told(entries, "path"))[3:] == ["3.jpg", "/a/x"] and len(Told(entries, "path")) == 5
