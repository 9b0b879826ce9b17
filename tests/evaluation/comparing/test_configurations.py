import pytest

from catsex.errors import DataError
from catsex.evaluation.comparing.configurations import Configuration, parse, parse_configurations


@pytest.mark.parametrize(
    ("text", "configuration"),
    [
        ("head", Configuration("head")),
        ("ridge", Configuration("ridge", "ridge")),
        ("head=ridge", Configuration("head=ridge", "ridge")),
        ("method=ridge", Configuration("method=ridge", "ridge")),
        ("size=160", Configuration("size=160", "head", 160)),
        ("size=160,ridge", Configuration("size=160,ridge", "ridge", 160)),
        ("ridge, size=160", Configuration("ridge, size=160", "ridge", 160)),
        ("augment", Configuration("augment", "augment")),
        ("network=ResNet50V2", Configuration("network=ResNet50V2", network="ResNet50V2")),
        ("fine-tune,unfreeze=Conv_1", Configuration("fine-tune,unfreeze=Conv_1", "fine-tune", unfreeze="Conv_1")),
    ],
)
def test_a_text_says_what_to_compare(text, configuration):
    assert parse(text) == configuration


@pytest.mark.parametrize("text", ["", "heads", "size", "size=", "size=20", "size=5000", "size=¹60", "160", "a=b"])
def test_what_is_no_setting_is_one_clear_line(text):
    with pytest.raises(DataError, match=r"no such configuration: .*; expected something such as head, ridge") as raised:
        parse(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["head"], "at least two configurations"),
        ([], "at least two configurations"),
        (["head", "head"], "head and head are the same"),
        (["ridge", "head=ridge"], "ridge and head=ridge are the same"),
        (["head,ridge", "head"], "head,ridge has more than one method"),
        (["head,", "ridge"], "head, has more than one method"),
    ],
)
def test_settings_are_at_least_two_and_different(texts, message):
    with pytest.raises(DataError, match=message):
        parse_configurations(texts)
