"""Work on a real cluster of Ray, here of this machine alone; tests/cluster.sh installs it."""

import importlib.util
import os
import signal
import threading
import time
import uuid
from pathlib import Path

import numpy as np
import pytest

from catsex.cluster import tasks
from catsex.errors import CatsexError
from catsex.evaluation import protocol
from catsex.evaluation.grouping.alike import Alike
from catsex.evaluation.permuting import labellings, permutation_test
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming import blocks, ridge_learner
from catsex.network.on_disk.rows import RoomOnDisk

RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="Ray is not installed: pip install -e '.[ray]'")


@pytest.mark.skipif(RAY, reason="Ray is installed")
def test_without_ray_it_is_one_line_that_says_how_to_install_it():
    missing = r'--ray needs another package: pip install -e "\.\[ray\]"'
    with pytest.raises(CatsexError, match=missing), tasks.spreader("auto"):
        pass


@needs_ray
@pytest.mark.slow
def test_results_come_in_the_order_of_the_items():
    def less(minuend, subtrahend):
        return minuend - subtrahend

    results = tasks.spread(less, [10], range(40))
    assert list(results) == [10 - number for number in range(40)]


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
        list(tasks.spread(Path.mkdir, [], items()))
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

    assert list(tasks.spread(work, [tmp_path], range(20))) == list(range(20))
    assert (tmp_path / "7-1").exists() and len(list(tmp_path.iterdir())) == 21


@needs_ray
@pytest.mark.slow
def test_permutations_on_a_cluster_give_the_p_of_one_machine(monkeypatch):
    monkeypatch.setattr(permutation_test, "NUMBERS_AT_ONCE", 4000)  # many blocks
    labels, rng = np.arange(200) % 2, np.random.default_rng(0)
    features = (rng.normal(0, 1, (200, 40)) + 0.15 * labels[:, None]).astype(np.float32)
    sample, options = Sample(features, labels), {"seed": 1, "permutations": 199}
    here = permutation_test.permutation_test(sample, **options)
    with tasks.spreader("auto") as spread:
        there = permutation_test.permutation_test(sample, spread=spread, **options)
    assert there.p_value == here.p_value and there.null == pytest.approx(here.null, abs=1e-9)


@pytest.fixture
def on_disk(monkeypatch):
    """Features on disk of which ridge regression takes 36 parts, their scores 12, and each pass of the test 30."""
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 50)
    monkeypatch.setattr(blocks, "IN_PART", 2)
    monkeypatch.setattr(ridge_learner, "AT_ONCE", 125)
    monkeypatch.setattr(ridge_learner, "MANY", 1000)
    monkeypatch.setattr(labellings, "MOST_BYTES", 1000)
    labels, rng = np.arange(3000) % 2, np.random.default_rng(0)
    room = RoomOnDisk((3000, 160))
    room.write((rng.normal(0, 1, (3000, 160)) + 0.02 * labels[:, None]).astype(np.float32))
    return Sample(room.rows(), labels)


def evaluated(sample, spread):
    """Evaluate a sample, and return all numbers."""
    options = {"seed": 1, "folds": 3, "repeats": 1, "permutations": 199, "alike": Alike()}
    results = protocol.evaluate_sample(sample, spread=spread, **options)
    assert results["learner"] == "ridge regression"
    return {name: value for name, value in results.items() if name != "seconds"}


@needs_ray
@pytest.mark.slow
def test_features_on_disk_give_the_very_results_of_one_machine(on_disk):
    import ray

    here = evaluated(on_disk, None)
    with tasks.spreader("auto") as spread:
        there = evaluated(on_disk, spread)
        assert ray.is_initialized()  # one cluster for all passes
    assert not ray.is_initialized() and there == here


@needs_ray
@pytest.mark.slow
def test_a_node_that_is_killed_in_the_middle_costs_the_parts_it_was_at(on_disk, tmp_path):
    import ray
    from ray.cluster_utils import Cluster

    def noted(folder, lost, function, *rest):
        here = ray.get_runtime_context().get_node_id()
        (folder / f"{here} {uuid.uuid4().hex}").touch()
        time.sleep(600 if here == lost else 0.1)
        return function(*rest)

    def lose(node, folder):
        while not list(folder.glob(f"{node.node_id} *")):
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)

    def losing(function, shared, items):
        """As `spread`, but in each pass of more than twenty parts a node is lost that is at one of them."""
        folder, node = tmp_path / f"{len(passes)} {function.__name__}", None
        folder.mkdir()
        passes.append((folder, len(items)))
        if len(items) > 20:
            node = cluster.add_node(num_cpus=1)
            threading.Thread(target=lose, args=(node, folder), daemon=True).start()
        return tasks.spread(noted, [folder, node and node.node_id, function, *shared], items)

    passes = []
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        ray.init(cluster.address, log_to_driver=False, logging_level="error")
        there = evaluated(on_disk, losing)
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert there == evaluated(on_disk, None)
    assert [number for _, number in passes] == [36, 12, 30, 30, 30]
    again = [len(list(folder.iterdir())) - number for folder, number in passes]
    assert again.pop(1) == 0 and all(1 <= count <= 5 for count in again)


@needs_ray
def test_a_cluster_that_is_not_there_is_one_line():
    with pytest.raises(CatsexError, match="the cluster failed: "), tasks.spreader("127.0.0.1:9"):
        pass
    with pytest.raises(CatsexError, match="the cluster failed: "):
        list(tasks.spread(max, [0], [1], address="127.0.0.1:9"))


@needs_ray
@pytest.mark.slow
def test_what_fails_on_a_node_is_said_without_its_traceback():
    def work(item):
        raise OSError(28, "No space left on device", "part.parquet")

    class Worker:
        def __call__(self, batch):
            return work(batch)

    said = "^the cluster failed: OSError: .Errno 28. No space left on device: 'part.parquet'$"
    with pytest.raises(CatsexError, match=said):
        list(tasks.spread(work, [], range(2)))
    with pytest.raises(CatsexError, match=said), tasks.connected() as ray:
        compute = ray.data.ActorPoolStrategy(size=1)
        list(ray.data.from_items([{"a": 1}]).map_batches(Worker, compute=compute).iter_rows())


@needs_ray
@pytest.mark.slow
def test_a_mistake_of_ours_is_not_laid_at_the_clusters_door():
    def items():
        raise ValueError("ours")
        yield

    def nothing(item):
        return item

    with pytest.raises(ValueError, match="ours"):
        list(tasks.spread(nothing, [], items()))
