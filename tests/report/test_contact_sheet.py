import base64
import io
import re
import shutil

import numpy as np
import pytest
from page_parts import Page, drawn
from PIL import Image
from sample_records import many, sanity, training

from catsex.evaluation import splits
from catsex.photos import description
from catsex.photos.decoding import images
from catsex.photos.layouts import reading
from catsex.report import contact_sheet

TILE = r'<li( class="wrong")?>\n(<(?:img|div).*?)</li>'


@pytest.mark.slow
def test_wrong_answers_are_framed_and_marked_by_more_than_colour(records_of):
    record = records_of["validation"]
    wrong = {photo["name"] for photo in record["photos"] if photo["prediction"] != photo["class"]}
    html = drawn(record)
    tiles = re.findall(TILE, html, re.DOTALL)
    assert len(tiles) == 40
    assert {re.search(r"[fm]\d\d\.jpg", tile)[0] for framed, tile in tiles if framed} == wrong
    for framed, tile in tiles:
        assert ("✗" in tile) == (", wrong" in tile) == bool(framed)
        assert ("✓" in tile) == (", right" in tile) == (not framed)
    assert f"the {len(wrong)} wrong predictions are framed and marked ✗" in html


@pytest.mark.slow
def test_an_evaluation_shows_the_answer_given_most_often_while_held_out(records_of):
    record = records_of["evaluation"]
    tiles, total = contact_sheet.sheet(record, {})
    assert total == len(tiles) == 40
    for tile, photo in zip(tiles, record["photos"], strict=True):
        assert tile.wrong == (photo["right"] < 0.5)
        prediction = record["class_names"].index(tile.prediction)
        assert tile.score == f"{photo['predictions'][prediction]} of 2"
        assert photo["predictions"][prediction] == max(photo["predictions"])


@pytest.mark.slow
def test_sixty_classes_and_two_thousand_photos_are_sampled_and_the_page_says_so(photo_folder):
    photos = many(photo_folder, 2040, [f"class {number}" for number in range(60)])
    record = training(photos, held_out=photos.labels >= 0)
    html = drawn(record)
    assert len(html) < 3_000_000
    assert f"A random {contact_sheet.MOST} of 2,040 photos" in html
    tiles = re.findall(TILE, html.partition("<h3>The worst</h3>")[0], re.DOTALL)
    assert len(tiles) == contact_sheet.MOST
    assert len(re.findall(TILE, html, re.DOTALL)) == contact_sheet.MOST + contact_sheet.WORST
    assert drawn(record) == html
    assert drawn(record | {"seed": 8}) != html


def records_of_many(photos):
    """Records of 200 photos, some of them seen in training, with what was wrong and how wrong it was."""
    unseen = photos.labels == 0
    yield (
        training(photos, held_out=unseen),
        lambda photo: photo["score"] * (photo["prediction"] != photo["class"]),
        unseen,
    )
    rng, entries = np.random.default_rng(0), photos.entries
    right = rng.uniform(0, 1, len(entries)).round(2)
    scored = [
        entry | {"right": float(share), "predictions": [int(100 * share), 100 - int(100 * share)]}
        for entry, share in zip(entries, right, strict=True)
    ]
    record = training(photos) | {"kind": "evaluation", "photos": scored, "class_names": photos.class_names}
    yield record, lambda photo: (1 - photo["right"]) * (photo["right"] < 0.5), unseen | True


@pytest.mark.slow
def test_beside_a_sample_stand_the_worst_of_all_the_worst_first(photo_folder):
    photos = many(photo_folder, 200, ["a", "b"])
    for record, how_wrong, counted in records_of_many(photos):
        tiles, total = contact_sheet.worst(record, {})
        wrong = [how_wrong(photo) for photo, counts in zip(record["photos"], counted, strict=True) if counts]
        expected = sorted((value for value in wrong if value > 0), reverse=True)
        assert total == len(expected) > contact_sheet.WORST == len(tiles)
        assert all(tile.wrong and tile.picture for tile in tiles)
        if record["kind"] == "training":
            assert [tile.score for tile in tiles] == [f"{100 * value:.0f} %" for value in expected[: len(tiles)]]
        else:
            assert [int(tile.score.split()[0]) for tile in tiles] == [
                max(photo["predictions"])
                for photo in sorted(record["photos"], key=lambda one: (one["right"], one["name"]))
            ][: len(tiles)]


@pytest.mark.slow
def test_of_a_sheet_with_all_photos_the_worst_are_not_shown_again(records_of):
    for record in (record for kind, record in records_of.items() if kind != "comparison"):  # which shows no photos
        assert contact_sheet.worst(record, {})[0] == []
        assert "The worst" not in drawn(record)


def test_photos_that_were_not_asked_about_are_not_shown(photos):
    held_out = splits.last_of_each_class(photos.labels)
    record = training(photos, held_out)
    for photo in record["photos"]:
        if not photo["held_out"]:
            photo |= {"prediction": None, "score": None}
    tiles, total = contact_sheet.sheet(record, {})
    assert total == len(tiles) == held_out.sum()
    assert "All 10 photos" in drawn(record)


def test_missing_and_changed_photos_leave_a_place_and_a_line(photo_folder, tmp_path):
    folder = tmp_path / "moving photos"
    shutil.copytree(photo_folder, folder)
    record = sanity(reading.read_photos(folder))
    assert "not shown" not in drawn(record)
    (folder / "f01.jpg").unlink()
    shutil.copy(folder / "m03.jpg", folder / "m02.jpg")
    (folder / "m05.jpg").write_bytes(b"")
    html = drawn(record)
    assert "3 of these photos are not shown, because the file is missing or has changed since." in html
    assert html.count('<div class="gone" role="img" aria-label="') == 3
    assert len(Page(html).all("img")) == 37
    shutil.rmtree(folder)
    assert drawn(record).count('class="gone"') == 40


def test_photos_of_more_than_8_bits_are_drawn_with_the_levels_of_their_set(tmp_path):
    for name in ("a/1.tif", "b/1.tif"):
        (tmp_path / name).parent.mkdir()
        values = (np.arange(90 * 60).reshape(90, 60) % 4096).astype(np.uint16)
        Image.fromarray(values).save(tmp_path / name)
    photos = reading.read_photos(tmp_path)
    record = sanity(photos) | {"decoding": photos.decoder.to_json()}
    content = base64.b64decode(contact_sheet.sheet(record, {})[0][0].picture.partition(",")[2])
    assert np.asarray(Image.open(io.BytesIO(content))).max() > 200


def test_small_photos_are_whole_upright_and_small(tmp_path):

    import imageio.v3 as iio
    import numpy as np
    from PIL import Image

    pixels = np.zeros((600, 900, 3), np.uint8)
    pixels[:300, :, 0] = 255  # red above, black below
    photo = Image.fromarray(np.rot90(pixels))  # on its side, as a camera held upright writes it
    exif = photo.getexif()
    exif[0x0112] = 6  # "turn it clockwise to see it"
    photo.save(tmp_path / "photo.jpg", exif=exif)
    content = description.small_picture(images.read_image(tmp_path / "photo.jpg"))
    assert content.startswith(b"\xff\xd8\xff")
    seen = iio.imread(content)
    assert seen.shape == (112, 168, 3)
    assert seen[20, 84, 0] > 200
    assert seen[90, 84, 0] < 50
