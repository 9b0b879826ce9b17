import logging

from catsex.evaluation.sequential.betting import Round
from catsex.evaluation.sequential.log import Log, photo_keys, read_log, write_log

ROUNDS = [Round(["a", "b"], [1.0, 1.0, 1.0]), Round(["c", "d"], [1.2, 1.4, 1.6], 1, 1, 0.5, 2.5)]
SEEN = {"a": "cats", "b": "dogs", "c": "cats", "d": "dogs"}


def test_a_log_is_found_by_most_of_its_photos_and_written_over_when_it_goes_on(empty_cache):
    assert read_log("abcd") == Log([], {})
    write_log(Log(ROUNDS, SEEN))
    write_log(Log(ROUNDS[:1], {"x": "cats", "y": "dogs"}))
    found = read_log("bcdefgh")
    assert found.rounds == ROUNDS and list(found.seen.items()) == list(SEEN.items())
    assert read_log("abefgh") == Log([], {})  # half of its photos may be another set's
    write_log(found._replace(seen=SEEN | {"e": "cats"}))
    assert len(list((empty_cache / "bets").iterdir())) == 2 and "e" in read_log("abc").seen


def test_a_log_that_cannot_be_read_or_written_costs_the_memory_only(empty_cache, caplog):
    write_log(Log(ROUNDS, SEEN))
    (path,) = (empty_cache / "bets").iterdir()
    for damaged in ("", "[]", '{"rounds": [{}], "seen": {}}', '{"rounds": []}'):
        path.write_text(damaged)
        assert read_log("abcd") == Log([], {})
    path.unlink()
    (empty_cache / "bets").rmdir()
    (empty_cache / "bets").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        write_log(Log(ROUNDS, SEEN))
    assert "The bets on these photos cannot be remembered" in caplog.text


def test_photos_are_told_by_the_beginnings_of_their_checksums():
    assert photo_keys(["0123456789abcdef" + "0" * 48]) == ["0123456789abcdef"]
