import csv

import pytest

from catsex.errors import CatsexError
from catsex.prediction import table


def test_a_table_can_hold_any_name(tmp_path):
    found = [{"name": "\udcff.jpg", "class": "a", "probabilities": {"a": 1.0}}]
    table.write_csv(tmp_path / "t.csv", ["a"], found)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[1] == "\\udcff.jpg,a,1.0,"


def test_a_table_has_every_photo(tmp_path):
    found = [
        {"name": "a, b.jpg", "class": "dog", "probabilities": {"cat": 0.25, "dog": 0.75}},
        {"name": "c.jpg", "error": "c.jpg is empty"},
    ]
    table.write_csv(tmp_path / "t.csv", ["cat", "dog"], found)
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["photo", "class", "probability of cat", "probability of dog", "error"],
        ["a, b.jpg", "dog", "0.25", "0.75", ""],
        ["c.jpg", "", "", "", "c.jpg is empty"],
    ]
    with pytest.raises(CatsexError, match="1 of 2 photos cannot be used"):
        table.check_all_predicted(found)
    table.check_all_predicted(found[:1])
    with pytest.raises(CatsexError, match="cannot be written"):
        table.write_csv(tmp_path / "t.csv" / "u.csv", ["cat", "dog"], found)


def test_answers_have_a_column_where_any_may_be_unsure(tmp_path):
    found = [{"name": "a.jpg", "class": "dog", "answer": "unsure", "probabilities": {"cat": 0.4, "dog": 0.6}}]
    table.write_csv(tmp_path / "t.csv", ["cat", "dog"], [*found, {"name": "b.jpg", "error": "empty"}])
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("photo,class,answer,probability of cat")
    assert lines[1:] == ["a.jpg,dog,unsure,0.4,0.6,", "b.jpg,,,,,empty"]
