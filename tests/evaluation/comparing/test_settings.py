import pytest

from catsex.errors import DataError
from catsex.evaluation.comparing.settings import Setting, parse, parse_settings


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("head", Setting("head")),
        ("ridge", Setting("ridge", "ridge")),
        ("head=ridge", Setting("head=ridge", "ridge")),
        ("recipe=ridge", Setting("recipe=ridge", "ridge")),
        ("size=160", Setting("size=160", "head", 160)),
        ("size=160,ridge", Setting("size=160,ridge", "ridge", 160)),
        ("ridge, size=160", Setting("ridge, size=160", "ridge", 160)),
        ("augment", Setting("augment", "augment")),
        ("network=ResNet50V2", Setting("network=ResNet50V2", network="ResNet50V2")),
        ("fine-tune,unfreeze=Conv_1", Setting("fine-tune,unfreeze=Conv_1", "fine-tune", unfreeze="Conv_1")),
    ],
)
def test_a_text_says_what_to_compare(text, setting):
    assert parse(text) == setting


@pytest.mark.parametrize("text", ["", "heads", "size", "size=", "size=20", "size=5000", "size=¹60", "160", "a=b"])
def test_what_is_no_setting_is_one_clear_line(text):
    with pytest.raises(DataError, match=r"no such setting: .*; expected something such as head, ridge") as raised:
        parse(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["head"], "at least two settings"),
        ([], "at least two settings"),
        (["head", "head"], "head and head are the same"),
        (["ridge", "head=ridge"], "ridge and head=ridge are the same"),
        (["head,ridge", "head"], "head,ridge says twice which recipe"),
        (["head,", "ridge"], "head, says twice which recipe"),
    ],
)
def test_settings_are_at_least_two_and_different(texts, message):
    with pytest.raises(DataError, match=message):
        parse_settings(texts)
