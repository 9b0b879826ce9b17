import os
from pathlib import Path

import pytest

from catsex.cli import options, values

ALL = ("data", "weights", "seed", "epochs", "cache", "json")


def test_options_have_sensible_defaults():
    args = options.parser("What it does.", *ALL).parse_args([])
    expected = {"data": None, "weights": None, "seed": None, "epochs": 20, "cache": True, "json": None}
    assert vars(args) == expected


def test_the_lesson_has_nine_options():
    args = options.parser("What it does.", *options.LESSON).parse_args([])
    assert set(vars(args)) == {"data", "weights", "seed", "epochs", "cache", "save", "json", "record", "out"}


def test_options_are_read():
    words = ["--data", "DIR", "--weights", "FILE", "--seed", "0", "--epochs", "1", "--no-cache", "--json", "out.json"]
    args = options.parser("What it does.", *ALL).parse_args(words)
    assert (args.data, args.weights, args.seed, args.epochs, args.cache) == ("DIR", "FILE", 0, 1, False)
    assert str(args.json) == "out.json"


def test_what_is_said_of_photos_is_what_reads_them():
    words = ["--columns", "file=my, photo,label=kind", "--classes", "-1", "cats=Cat+cat", "--any-ending"]
    args = options.parser("What it does.", "data", "reading").parse_args([*words, "--folders", "class/subject"])
    assert options.photo_options(args) == {
        "columns": {"file": "my, photo", "label": "kind"},
        "classes": {"-1": ["-1"], "cats": ["Cat", "cat"]},
        "any_ending": True,
        "folders": "class/subject",
        "subjects": None,
        "skip_unreadable": False,
        "strict": False,
        "frames": "first",
        "bands": (),
        "levels": None,
        "fast_decoding": False,
        "one_label": None,
        "crop": False,
        "masks": False,
    }


def test_a_class_that_is_named_twice_takes_all_that_is_said_of_it():
    args = options.parser("What it does.", "data", "reading").parse_args(
        ["--classes", "dog", "cats=cat", "cats=Cat2+kitten"]
    )
    assert options.photo_options(args)["classes"] == {"dog": ["dog"], "cats": ["cat", "Cat2", "kitten"]}


def test_home_is_home_in_every_option(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    words = ["--data=~/photos", "--save=~/m.keras", "--json", "~/r.json", "--weights=~/w.h5", "--out=~/run"]
    args = options.parser("What it does.", "data", "save", "json", "weights", "record").parse_args(words)
    assert [str(path) for path in (args.data, args.save, args.json, args.weights, args.out)] == [
        str(tmp_path / name) for name in ("photos", "m.keras", "r.json", "w.h5", "run")
    ]


def test_a_home_of_nobody_and_a_link_to_itself_are_names_like_others(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    words = ["--data=loop", "--json=~nosuchuser/r.json", "--out=~nosuchuser/run", "--save=loop.keras"]
    args = options.parser("What it does.", "data", "save", "json", "record").parse_args(words)
    assert (args.data, str(args.json), str(args.out)) == ("loop", "~nosuchuser/r.json", "~nosuchuser/run")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seed", "-1"], "expected"),
        (["--seed", "abc"], "expected a whole number from 0 to 4294967295, got 'abc'"),
        (["--seed", "1.5"], "expected a whole number"),
        (["--seed", "4294967296"], "expected a whole number"),
        (["--epochs", "0"], "expected a whole number from 1 to 1000000, got '0'"),
        (["--json", os.curdir], "is a folder; expected the name of a file"),
        (["--json", ""], "is a folder"),
        (["--sed", "1"], "unrecognized arguments"),
        (["--see", "1"], "did you mean --seed?"),
        (["photos"], "unrecognized arguments: photos; did you mean --data photos?"),
    ],
)
def test_a_wrong_option_is_usage_and_says_what_was_expected(capsys, words, message):
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.", *ALL).parse_args(words)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_a_script_has_only_the_options_it_asked_for(capsys):
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.", "data").parse_args(["--seed", "1"])
    assert caught.value.code == 2


def test_help_shows_the_example_as_it_is_written(capsys):
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.\n\nFor example:\n\n    python it.py\n", *ALL).parse_args(["--help"])
    assert caught.value.code == 0
    assert "For example:\n\n    python it.py\n" in capsys.readouterr().out


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(99)
OUTPUTS = ("data", "weights", "save", "json", "record")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--save", "a.keras", "--json", "a.keras"], "a.keras is named twice"),
        (["--save", "a.keras", "--json", "./b/../a.keras"], "a.keras is named twice"),
        (["--weights", "w.keras", "--save", "w.keras"], "w.keras is named twice"),
        (["--out", "run", "--save", "run/m.keras"], "run/m.keras lies in run, which must be a new folder"),
        (["--features", "f.npz", "--json", "f.npz"], "f.npz is named twice"),
        (["--from", "copy", "--json", "copy"], "copy is named twice"),
        (["--to", "f.npz", "--json", "f.npz"], "f.npz is named twice"),
        (["--data", "pets", "--build", "pets"], "pets is named twice"),
        (["--data", "pets", "--json", "pets/a/1.JPG"], "pets/a/1.JPG has photos or features in it"),
        (["--data", "pets", "--json", "pets/a/photo"], "pets/a/photo has photos or features in it"),
        (["--features", "all.parquet", "--json", "all.parquet/1.parquet"], "1.parquet has photos or features in it"),
        (["--json", "pipe"], "pipe is not a regular file"),
        (["--json", "readme/x"], "readme/x cannot be written"),
        (["--data", ""], "expected a name, got an empty text"),
        (["--seed", "9" * 5000], "expected a whole number"),
    ],
)
def test_an_output_replaces_neither_another_nor_what_is_read(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    (tmp_path / "readme").touch()
    for name, content in (("pets/a/1.JPG", b"any"), ("pets/a/photo", JPEG), ("all.parquet/1.parquet", b"any")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    parser = options.parser("What it does.", *OUTPUTS, "seed")
    parser.add_argument("--features", type=values.path_name)
    parser.add_argument("--from", dest="source", type=values.path_name)
    parser.add_argument("--to", type=values.output_path)
    parser.add_argument("--build", type=values.output_folder)
    with pytest.raises(SystemExit) as caught:
        parser.parse_args(words)
    assert caught.value.code == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert message in line
    assert len(line) < 200


def test_pictures_bands_and_levels_are_read_and_checked(capsys):
    parser = options.parser("What it does.", "data", "reading")
    words = ["--frames", "3", "--bands", "4", "3", "2", "--levels", "-9.5", "4095"]
    said = options.photo_options(parser.parse_args(words))
    assert (said["frames"], said["bands"], said["levels"]) == (3, (4, 3, 2), [-9.5, 4095])
    for wrong, message in (
        (["--frames", "some"], "expected first, all, max, mean or a number from 1"),
        (["--bands", "1", "2"], "--bands takes one channel, or three"),
        (["--levels", "9", "9"], "expected two numbers, black before white"),
        (["--levels", "0", "nan"], "expected two numbers, black before white"),
    ):
        with pytest.raises(SystemExit):
            parser.parse_args(wrong)
        assert message in capsys.readouterr().err


def test_what_sees_the_photos_is_said_where_a_script_lets_one_choose():
    parser = options.parser("What it does.", "data", "reading", "network")
    parser.add_argument("--size", type=int)
    said = options.photo_options(parser.parse_args(["--fast-decoding", "--size", "96", "--frames", "all"]))
    assert (said["fast_decoding"], said["network"], said["size"], said["frames"]) == (True, "MobileNetV2", 96, "all")
