import pytest

from catsex.errors import DataError
from catsex.evaluation.sequential.arrival import arrival

NAMES = ["cats/10.jpg", "cats/9.jpg", "dogs/9.jpg", "dogs/1.jpg"]


def test_by_names_numbers_count_as_numbers_and_folders_do_not():
    assert arrival(NAMES) == ([3, 1, 2, 0], "the names of the files")


def test_by_the_clock_if_all_photos_have_one():
    assert arrival(NAMES, [5.0, 7.0, 5.0, 1.0]) == ([3, 2, 0, 1], "the camera's clock")
    for not_all in ([5.0, None, 5.0, 1.0], [5.0] * 4):
        assert arrival(NAMES, not_all)[1] == "the names of the files"


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["10", "9", "1e1", "0,5"], [3, 1, 2, 0]),
        (["2024-05-31", "2024-06-01", "2023-12-01 10:00", "2023-12-01 09:00"], [3, 2, 0, 1]),
    ],
)
def test_by_a_column_of_numbers_or_dates(values, order):
    assert arrival(NAMES, [1.0, 2.0, 3.0, 4.0], {"when": values}, "when") == (order, "the column when")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, ["no column when"]),
        ({"day": ["1"] * 4}, ["no column when", "the columns are day"]),
        ({"when": ["1", " ", "3", "4"]}, ["is empty for cats/9.jpg"]),
        ({"when": ["1", "2", "May", "4"]}, ["has numbers, and May for dogs/9.jpg"]),
    ],
)
def test_a_column_that_does_not_say_when_is_named(columns, words):
    with pytest.raises(DataError) as error:
        arrival(NAMES, (), columns, "when")
    assert all(word in str(error.value) for word in words) and "\n" not in str(error.value)
