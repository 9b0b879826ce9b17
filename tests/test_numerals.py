from catsex import numerals


def test_shares_are_whole_percentages_and_differences_have_a_sign():
    assert numerals.percent(0.645) == "64 %"
    assert [numerals.signed(points) for points in (2.6, -0.2, -3.4)] == ["+3", "0", "\N{MINUS SIGN}3"]
