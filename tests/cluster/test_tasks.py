"""Work on a real cluster of Ray, here of this machine alone; tests/cluster.sh installs it."""

import importlib.util
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from catsex.cluster import tasks
from catsex.errors import CatsexError
from catsex.evaluation.permuting import left_out, permutation_test
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming import blocks
from catsex.network.on_disk.rows import RoomOnDisk

RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="Ray is not installed: pip install -e '.[ray]'")


@pytest.mark.skipif(RAY, reason="Ray is installed")
def test_without_ray_it_is_one_line_that_says_how_to_install_it():
    with pytest.raises(CatsexError, match=r'--ray needs another package: pip install -e "\.\[ray\]"'):
        tasks.spreader("auto")


@needs_ray
@pytest.mark.slow
def test_results_come_in_the_order_of_the_items():
    def less(minuend, subtrahend):
        return minuend - subtrahend

    results = tasks.spread(less, [10], range(40))
    assert results == [10 - number for number in range(40)]


@needs_ray
@pytest.mark.slow
def test_items_are_taken_as_cores_become_free(tmp_path):
    done = []

    def items():
        for number in range(40):
            done.append(len(list(tmp_path.iterdir())))
            yield tmp_path / f"{number:02d}"

    with tasks.connected() as ray:
        cores = int(ray.cluster_resources()["CPU"])
        tasks.spread(Path.mkdir, [], items())
    assert all(worked >= taken - 2 * cores for taken, worked in enumerate(done))
    assert len(list(tmp_path.iterdir())) == 40 and not ray.is_initialized()


@needs_ray
@pytest.mark.slow
def test_a_worker_that_is_killed_costs_the_items_it_was_at(tmp_path):
    def work(folder, item):
        number = len(list(folder.glob(f"{item}-*")))
        (folder / f"{item}-{number}").touch()
        if item == 7 and number == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    assert tasks.spread(work, [tmp_path], range(20)) == list(range(20))
    assert (tmp_path / "7-1").exists() and len(list(tmp_path.iterdir())) == 21


@needs_ray
@pytest.mark.slow
def test_permutations_on_a_cluster_give_the_p_of_one_machine(monkeypatch):
    monkeypatch.setattr(permutation_test, "NUMBERS_AT_ONCE", 4000)  # many blocks
    labels, rng = np.arange(200) % 2, np.random.default_rng(0)
    features = (rng.normal(0, 1, (200, 40)) + 0.15 * labels[:, None]).astype(np.float32)
    sample, options = Sample(features, labels), {"seed": 1, "permutations": 199}
    here, there = (
        permutation_test.permutation_test(sample, spread=where, **options) for where in (None, tasks.spreader("auto"))
    )
    assert there.p_value == here.p_value and there.null == pytest.approx(here.null, abs=1e-9)


@needs_ray
@pytest.mark.slow
def test_features_on_disk_give_the_p_of_one_machine_to_the_last_digit(monkeypatch):
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 50)
    monkeypatch.setattr(left_out, "BLOCKS", 2)
    monkeypatch.setattr(permutation_test, "NUMBERS_AT_ONCE", 400_000)  # three blocks
    labels, rng = np.arange(2000) % 2, np.random.default_rng(0)
    room = RoomOnDisk((2000, 40))
    room.write((rng.normal(0, 1, (2000, 40)) + 0.05 * labels[:, None]).astype(np.float32))
    sample, options = Sample(room.rows(), labels), {"seed": 1, "permutations": 199}
    here, there = (
        permutation_test.permutation_test(sample, spread=where, **options) for where in (None, tasks.spreader("auto"))
    )
    assert there.p_value == here.p_value and there.null == pytest.approx(here.null, abs=1e-9)


@needs_ray
def test_a_cluster_that_is_not_there_is_one_line():
    for ask in (tasks.spreader, lambda address: tasks.spread(max, [0], [1], address=address)):
        with pytest.raises(CatsexError, match="the cluster failed: "):
            ask("127.0.0.1:9")


@needs_ray
@pytest.mark.slow
def test_a_mistake_of_ours_is_not_laid_at_the_clusters_door():
    def items():
        raise ValueError("ours")
        yield

    def nothing(item):
        return item

    with pytest.raises(ValueError, match="ours"):
        tasks.spread(nothing, [], items())
