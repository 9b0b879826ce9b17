import contextlib
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from catsex.network import feature_cache
from catsex.network.feature_cache import FeatureCache

LENGTH = 1280
KEYS = [bytes([number]) * 32 for number in range(20)]
FEATURES = np.random.default_rng(0).normal(size=(20, LENGTH)).astype(np.float32)

pytestmark = pytest.mark.usefixtures("empty_cache")


@pytest.fixture
def path(empty_cache):
    """Where the cache is."""
    return empty_cache / "features.sqlite3"


@pytest.fixture
def filled(path):
    """A cache with 20 photos in it, closed."""
    with contextlib.closing(FeatureCache("network", LENGTH)) as cache:
        cache.put(KEYS, FEATURES)
    return path


@contextlib.contextmanager
def opened(network="network", length=LENGTH, on_disk=True, memory=None):
    with contextlib.closing(FeatureCache(network, length, on_disk, memory)) as cache:
        yield cache


def notices(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_is_put_is_found_by_the_next_process(filled):
    program = (
        "import sys; from catsex.network.feature_cache import FeatureCache\n"
        "sys.stdout.buffer.write(FeatureCache('network', 1280).get(bytes([7]) * 32).tobytes())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    np.testing.assert_array_equal(np.frombuffer(done.stdout, np.float32), FEATURES[7])


def test_what_was_never_put_is_not_found(filled, caplog):
    with opened() as cache:
        assert cache.get(b"another photo") is None
    with opened("another network") as cache:
        assert cache.get(KEYS[0]) is None
    assert notices(caplog) == []


def test_the_last_to_put_wins(filled):
    with opened() as cache:
        cache.put(KEYS[:1], FEATURES[5:6])
        np.testing.assert_array_equal(cache.get(KEYS[0]), FEATURES[5])
        np.testing.assert_array_equal(cache.get(KEYS[1]), FEATURES[1])


@pytest.mark.parametrize(
    "damage",
    [
        "content = zeroblob(5120)",
        "content = substr(content, 1, 5000)",
        "content = NULL",
        "content = 'text'",
        "checksum = checksum + 1",
        "checksum = NULL",
    ],
)
def test_a_damaged_entry_is_a_miss_with_a_notice_and_can_be_put_again(filled, caplog, damage):
    with contextlib.closing(sqlite3.connect(filled)) as database, database:
        database.execute(f"UPDATE features SET {damage} WHERE photo = ?", KEYS[3:4])
    with opened() as cache:
        assert cache.get(KEYS[3]) is None
        np.testing.assert_array_equal(cache.get(KEYS[4]), FEATURES[4])
        assert len(notices(caplog)) == 1 and "damaged entry" in notices(caplog)[0]
        cache.put(KEYS[3:4], FEATURES[3:4])
        np.testing.assert_array_equal(cache.get(KEYS[3]), FEATURES[3])


def test_an_entry_of_another_length_is_never_returned(filled, caplog):
    with opened(length=640) as cache:
        assert cache.get(KEYS[0]) is None
    assert len(notices(caplog)) == 1


def overwrite(start, content):
    def damage(path):
        with open(path, "r+b") as file:
            file.seek(start)
            file.write(content)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"This is not a database. " * 1000),
        lambda path: os.truncate(path, path.stat().st_size // 2),
        lambda path: os.truncate(path, 50),
        overwrite(0, bytes(100)),
        overwrite(4096, b"\xff" * 4096),
    ],
    ids=["text", "half", "50 bytes", "header", "first page of entries"],
)
def test_a_damaged_file_starts_afresh_with_a_notice(filled, caplog, damage):
    damage(filled)
    with opened() as cache:
        found = [cache.get(key) for key in KEYS]
        assert all(value is None or np.array_equal(value, FEATURES[i]) for i, value in enumerate(found))
        assert any(value is None for value in found)
        cache.put(KEYS, FEATURES)
    assert len(notices(caplog)) == 1 and "starts afresh" in notices(caplog)[0]
    with opened() as cache:
        np.testing.assert_array_equal([cache.get(key) for key in KEYS], FEATURES)
    assert len(notices(caplog)) == 1


def test_an_empty_file_is_an_empty_cache(path, caplog):
    path.parent.mkdir(parents=True)
    path.touch()
    with opened() as cache:
        assert cache.get(KEYS[0]) is None
    assert notices(caplog) == []


def test_a_place_that_cannot_be_used_costs_one_notice_and_no_result(path, caplog):
    path.mkdir(parents=True)
    for _ in range(3):
        with opened() as cache:
            cache.put(KEYS, FEATURES)
            np.testing.assert_array_equal([cache.get(key) for key in KEYS], FEATURES)
    assert len(notices(caplog)) == 1 and str(path) in notices(caplog)[0]


@contextlib.contextmanager
def ordinary_user():
    """Give up the superuser's right to write everywhere, if we have it."""
    is_superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_superuser:
            os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="permissions work differently here")
@pytest.mark.parametrize("has_entries", [True, False])
def test_a_read_only_folder_costs_one_notice_and_no_result(filled, monkeypatch, caplog, has_entries):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "catsex"
        place.mkdir()
        if has_entries:
            shutil.copy(filled, place)
            os.chmod(place / filled.name, 0o444)
        os.chmod(folder, 0o755)
        os.chmod(place, 0o555)
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        with ordinary_user():
            for _ in range(3):
                with opened() as cache:
                    if has_entries:
                        np.testing.assert_array_equal(cache.get(KEYS[4]), FEATURES[4])
                    cache.put([b"new"], FEATURES[:1])
                    np.testing.assert_array_equal(cache.get(b"new"), FEATURES[0])
        assert len(notices(caplog)) == 1 and "Going on without" in notices(caplog)[0]
        assert os.listdir(place) == (["features.sqlite3"] if has_entries else [])
        os.chmod(place, 0o755)


def test_a_full_disk_costs_one_notice_and_no_result(filled, caplog):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened() as cache:
        resource.setrlimit(resource.RLIMIT_FSIZE, (filled.stat().st_size, limits[1]))
        try:
            new = [b"new" + key for key in KEYS]
            cache.put(new, FEATURES)
            np.testing.assert_array_equal([cache.get(key) for key in new], FEATURES)
            np.testing.assert_array_equal([cache.get(key) for key in KEYS], FEATURES)  # what was there before
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(notices(caplog)) == 1
    with opened() as cache:
        np.testing.assert_array_equal([cache.get(key) for key in KEYS], FEATURES)


@pytest.mark.parametrize("when", ["opening", "getting", "putting"])
def test_a_cache_that_another_program_keeps_busy_is_left_alone(filled, monkeypatch, caplog, when):
    monkeypatch.setattr(feature_cache, "WAIT_SECONDS", 0.1)
    with contextlib.closing(sqlite3.connect(filled, isolation_level=None)) as other, contextlib.ExitStack() as stack:
        if when == "opening":
            other.execute("BEGIN EXCLUSIVE")
        cache = stack.enter_context(opened())
        if when != "opening":
            other.execute("BEGIN EXCLUSIVE")
        if when == "getting":
            assert cache.get(KEYS[0]) is None
        cache.put(KEYS[:1], FEATURES[:1])
        np.testing.assert_array_equal(cache.get(KEYS[0]), FEATURES[0])
        other.execute("ROLLBACK")
    assert len(notices(caplog)) == 1 and "locked" in notices(caplog)[0]
    with opened() as cache:
        np.testing.assert_array_equal([cache.get(key) for key in KEYS], FEATURES)


def test_without_a_cache_nothing_is_written_but_what_is_in_memory_is_found(path):
    memory = {}
    with opened(on_disk=False, memory=memory) as cache:
        cache.put(KEYS[:1], FEATURES[:1])
    with opened(on_disk=False) as cache:
        assert cache.get(KEYS[0]) is None
    with opened(on_disk=False, memory=memory) as cache:
        np.testing.assert_array_equal(cache.get(KEYS[0]), FEATURES[0])
    assert not path.exists()


PUT_ONE_BY_ONE = """
import sys
import numpy as np
from catsex.network.feature_cache import FeatureCache
start, stop = int(sys.argv[1]), int(sys.argv[2])
cache = FeatureCache("network", 1280)
for number in range(start, stop):
    photos = [b"photo %d" % number] + [b"filling %d %d" % (start, n) for n in range(100)]
    cache.put(photos, np.full((101, 1280), number, np.float32))
    print(number, flush=True)
"""


def put_one_by_one(start, stop):
    command = [sys.executable, "-c", PUT_ONE_BY_ONE, str(start), str(stop)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def is_there(cache, number):
    found = cache.get(b"photo %d" % number)
    assert found is None or (found == number).all()
    return found is not None


@pytest.mark.slow
def test_two_processes_share_it_from_its_very_beginning(caplog):
    writers = [put_one_by_one(0, 60), put_one_by_one(60, 120), put_one_by_one(30, 90)]
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    with opened() as cache:
        assert all(is_there(cache, number) for number in range(120))
    assert notices(caplog) == []


@pytest.mark.slow
def test_a_process_that_is_killed_while_writing_loses_at_most_its_last_entry(caplog):
    for start in range(0, 5000, 1000):
        with put_one_by_one(start, start + 1000) as writer:
            last = [int(writer.stdout.readline()) for _ in range(7)][-1]
            writer.send_signal(signal.SIGKILL)
        with opened() as cache:
            assert all(is_there(cache, number) for number in range(start, last + 1))
    assert notices(caplog) == []
