import numpy as np

from catsex.evaluation import shortcuts
from catsex.photos import reading


def test_a_difference_in_brightness_is_found_as_a_shortcut(tmp_path):
    import imageio.v3 as iio

    rng = np.random.default_rng(0)
    for name, level in (("day", 120), ("night", 60)):
        (tmp_path / name).mkdir()
        for number in range(12):
            pixels = rng.integers(level, level + 60, (40, 40, 3), dtype=np.uint8)
            iio.imwrite(tmp_path / name / f"{number}.png", pixels)
    photos = reading.read_photos(tmp_path)
    trivial = photos.numbers
    assert trivial.shape == (24, 9)
    found = shortcuts.cross_validate(
        np.random.default_rng(0), trivial, photos.labels, np.arange(24), classes=2, repeats=2, permutations=99
    )
    by_name = {baseline["features"]: baseline for baseline in found}
    assert by_name["brightness and contrast"]["accuracy"] > 0.95
    assert by_name["brightness and contrast"]["p_value"] == 0.01
