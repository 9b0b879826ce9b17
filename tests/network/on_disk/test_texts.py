import numpy as np
import pytest

from catsex.network.on_disk import texts
from catsex.network.on_disk.texts import Texts

pyarrow = pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')

WORDS = ["", "a", None, "äö", "\N{CAT FACE}" * 40, "b\nc", None, "", "x\0y"]


def test_texts_are_those_that_were_written_whatever_they_are_asked_by(monkeypatch):
    monkeypatch.setattr(texts, "AT_ONCE", 4)
    column = Texts()
    assert list(column) == [] and len(column) == 0
    for start in range(0, 9, 2):
        column.append(pyarrow.array(WORDS[start : start + 2], pyarrow.string()))
    column.append(pyarrow.array(WORDS)[3:7])
    column.append(pyarrow.array([], pyarrow.string()))
    expected = WORDS + WORDS[3:7]
    assert list(column) == expected and len(column) == 13
    assert [column[row] for row in range(13)] == expected and column[-1] is None and column[-2] == "b\nc"
    assert column[np.int64(4)] == WORDS[4]
    with pytest.raises(IndexError):
        column[13]


def test_what_is_no_text_is_written_as_one():
    column = Texts()
    column.append(pyarrow.array([1, None, 30]))
    column.append(pyarrow.array(["a", "b", "a"]).dictionary_encode())
    column.append(pyarrow.array(["a", None], pyarrow.large_string()))
    assert list(column) == ["1", None, "30", "a", "b", "a", "a", None]
