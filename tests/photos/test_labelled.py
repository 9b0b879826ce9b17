import numpy as np
import pytest

from catsex.cluster.stores import StoredPhotos
from catsex.network.feature_tables import FeatureTable
from catsex.photos import PhotoSet
from catsex.photos.decoding.decoder import Decoder

LABELS, NAMES = np.array([0, 0, 1]), ["cats", "dogs"]


@pytest.mark.parametrize(("groups", "of"), [(None, ""), (np.array([0, 0, 5]), " of 2 subjects")])
def test_every_kind_of_set_says_alike_which_it_is(tmp_path, groups, of):
    paths = [tmp_path / f"{number}.jpg" for number in range(3)]
    photos = PhotoSet("pets", paths, LABELS, NAMES, groups=groups)
    stored = StoredPhotos("pets", list(map(str, paths)), LABELS, NAMES, groups, None, Decoder())
    table = FeatureTable("pets", np.zeros((3, 4), np.float32), LABELS, NAMES, groups, [])
    assert photos.headline == stored.headline == f"3 photos{of} from pets: 2 cats, 1 dogs"
    assert table.headline == f"3 rows of 4 features{of} from pets: 2 cats, 1 dogs"
    assert len(photos) == len(stored) == len(table) == 3
