"""Photos, and a record of each kind of run with them."""

import pytest
from sample_records import comparison, evaluation, sanity, training

from catsex.evaluation import splits
from catsex.photos.layouts import reading


@pytest.fixture(scope="module")
def photos(photo_folder):
    return reading.read_photos(photo_folder)


@pytest.fixture(scope="module")
def records_of(photos):
    """A record of each kind of run."""
    held_out = splits.last_of_each_class(photos.labels)
    return {
        "evaluation": evaluation(photos),
        "comparison": comparison(photos),
        "validation": training(photos, held_out),
        "training": training(photos),
        "sanity check": sanity(photos),
        "sanity check without classes": sanity(photos, with_head=False),
    }
