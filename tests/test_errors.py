import pytest

from catsex import errors


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("one\n  two\tthree"), "one two three"),
        (ValueError(""), "ValueError"),
        (KeyError(), "KeyError"),
        (OSError(2, "No such file", "its name"), "No such file"),
    ],
)
def test_what_others_say_becomes_one_line_and_else_their_kind(error, said):
    assert errors.reason(error) == said


def test_what_others_say_at_length_is_cut():
    assert errors.reason(ValueError("a" * 500), limit=60) == "a" * 60


def test_every_error_is_one_that_scripts_print_as_one_line():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert len(kinds) > 5 and all(issubclass(kind, errors.CatsexError) and kind.__doc__ for kind in kinds)
