import shutil

import numpy as np

from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.images import read_bytes, read_image
from catsex.photos.preprocessing import preprocess
from catsex.photos.reader import Reader


def test_what_was_read_is_known_and_not_read_again(photo_folder, tmp_path):
    path = tmp_path / "photo.jpg"
    shutil.copy(photo_folder / "f01.jpg", path)
    reader = Reader()
    np.testing.assert_array_equal(reader.read(path), read_image(path))
    (found,) = reader.describe([path])
    path.unlink()
    assert reader.describe([path]) == [found] and found.picture


def test_photos_are_prepared_as_the_decoder_says_and_pictures_kept_if_asked_for(photo_folder):
    path = photo_folder / "f01.jpg"
    reader = Reader(Decoder(reduce_to=8))
    smaller = reader.prepare(path, read_bytes(path), (8, 8), with_picture=False)
    assert reader.described[path].picture == b""
    whole = preprocess(reader.decode(path, read_bytes(path)), (8, 8))
    assert smaller.shape == whole.shape and 0 < np.abs(smaller - whole).max() < 0.5
