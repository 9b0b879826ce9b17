"""The constants that the page goes by are those of Python."""

from golden import constants


def test_the_pages_constants_are_current():
    assert constants.FILE.read_text(encoding="utf-8") == constants.javascript()
    assert "export const NEAR_DUPLICATE = 0.9;" in constants.javascript()
    assert "  USUAL: 0.05,\n" in constants.javascript()
