from golden import alike


def test_a_golden_set_has_pairs_of_every_kind_and_photos_that_are_none():
    found = alike.alike()
    named = [name for name, (_, gaps, _) in alike.SETS.items() for _ in gaps]
    of = {kind: {named[position] for pair in found[kind] for position in pair[:2]} for kind in ("bursts", "frames")}
    assert of["bursts"] >= {"burst", "few"} and of["frames"] == {"burst", "video"}
    assert 1 < len([pair for pair in found["bursts"] if named[pair[0]] == "few"]) < 6
    assert found["duplicates"]
    assert sum(when is None for when in found["taken"]) > 5
    assert len(found["files"]) == len(found["features"]) == len(named)


def test_golden_damaged_files_say_all_something_or_nothing():
    said = [case["taken"] for case in alike.damaged()]
    assert None in said
    assert {"camera": "Acme Box", "seconds": 1715938205.0} in said
    assert len({str(one) for one in said}) > 6
