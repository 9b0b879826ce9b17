import argparse
from pathlib import Path

import pytest

from catsex.cli import values


@pytest.mark.parametrize("there", ["new", "file", "folder"])
def test_what_a_script_wrote_before_can_be_written_again(tmp_path, there):
    for name, content in (("a.json", b'{"kind": 1}'), ("a.csv", b"name,class\n"), ("a.keras", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(content)
        assert values.output_file(str(tmp_path / name)) == tmp_path / name
    {"new": str, "file": Path.touch, "folder": Path.mkdir}[there](tmp_path / "it")
    assert values.output_path(str(tmp_path / "it")) == tmp_path / "it"


def test_a_cosine_lies_between_0_and_1_or_is_off():
    assert values.cosine("off") == "off" and values.cosine("0.95") == 0.95
    for text in ("0", "1", "2", "nan", "on", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="expected off, or a number between 0 and 1"):
            values.cosine(text)
