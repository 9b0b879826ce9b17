import numpy as np
from small_models import small_model

from catsex.prediction import load_predictor, saying
from catsex.prediction.out_of_distribution import OutOfDistribution


def test_what_looks_like_none_of_the_photos_is_said_and_a_picture_drawn(photo_folder, tmp_path, caplog):
    from catsex.prediction import saving

    saving.save(small_model(), tmp_path / "m.keras", ["cat", "dog"], OutOfDistribution(-np.ones((20, 4), np.float32)))
    predictor = load_predictor(tmp_path / "m.keras")
    photos = [photo_folder / "f01.jpg", tmp_path / "nowhere.jpg"]
    known, missing = saying.say_of_each(predictor, photos, explain=tmp_path / "heat")
    assert known["out_of_distribution"] == (known["nearest"] < predictor.detector.threshold)
    assert saying.line(known).startswith(f"f01.jpg  {known['class']} {known['probability']:.2f}")
    assert ("do not trust this" in saying.line(known)) == known["out_of_distribution"]
    assert saying.line(missing) == "error: no such photo: " + str(photos[1])
    drawn = (tmp_path / "heat" / "f01-gradcam.jpg").is_file()
    assert drawn or any("no heat map" in message for message in caplog.messages)


def test_what_is_not_probable_enough_is_answered_unsure_and_held_out_photos_are_quoted(photo_folder, tmp_path):
    from catsex.prediction import saving

    saving.save(small_model(), tmp_path / "m.keras", ["cat", "dog"], calibration={"right_of_100": 61, "photos": 40})
    predictor = load_predictor(tmp_path / "m.keras")
    (plain,) = saying.say_of_each(predictor, [photo_folder / "f01.jpg"])
    assert "answer" not in plain and "61 of 100 held-out photos right" in saying.line(plain)
    for unsure, answer in ((plain["probability"], plain["class"]), (plain["probability"] + 1e-6, "unsure")):
        (found,) = saying.say_of_each(predictor, [photo_folder / "f01.jpg"], unsure=unsure)
        assert found["answer"] == answer
        assert saying.line(found).startswith("f01.jpg  unsure, rather ") == (answer == "unsure")
