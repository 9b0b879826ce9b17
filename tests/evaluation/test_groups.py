import numpy as np

from catsex.evaluation import groups
from catsex.photos import reading


def test_held_out_copies_of_photos_that_are_trained_on_are_named(tmp_path, caplog):
    import imageio.v3 as iio

    rng = np.random.default_rng(0)
    for name in ("train/a/1", "train/a/2", "train/b/1", "train/b/2", "test/a/3", "test/b/3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        iio.imwrite(tmp_path / f"{name}.jpg", rng.integers(0, 256, (8, 8, 3), np.uint8))
    photos = reading.read_photos(tmp_path)
    groups.warn_of_copies(photos, photos.held_out)
    assert caplog.messages == []
    (tmp_path / "test" / "a" / "3.jpg").write_bytes((tmp_path / "train" / "a" / "2.jpg").read_bytes())
    photos = reading.read_photos(tmp_path)
    groups.warn_of_copies(photos, photos.held_out)
    assert caplog.messages == ["1 held-out photos are trained on too, such as: a/3.jpg is a/2.jpg"]
