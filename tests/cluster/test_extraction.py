"""Extraction on a real cluster of Ray, here of this machine alone; tests/cluster.sh installs it."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from small_models import small_model

from catsex import network
from catsex.cluster import extract_in_parts, list_store
from catsex.errors import CatsexError, DataError
from catsex.network.feature_files import PLAN, write_part
from catsex.photos.layouts import reading
from catsex.pretrained import load_mobilenet

RAY = importlib.util.find_spec("ray") is not None and importlib.util.find_spec("ai_edge_litert") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="Ray is not installed: pip install -e '.[ray]'")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def photos(photo_folder):
    return reading.read_photos(photo_folder)


@pytest.fixture
def loaded(any_weights):
    return load_mobilenet(any_weights)


@pytest.mark.skipif(RAY, reason="Ray is installed")
def test_without_ray_it_is_one_line_that_says_how_to_install_it(photos, loaded, tmp_path):
    with pytest.raises(CatsexError, match=r'--ray needs another package: pip install -e "\.\[ray\]"'):
        extract_in_parts(loaded.model, photos, loaded, tmp_path / "features.parquet", "auto")
    assert list(tmp_path.iterdir()) == []


def part(folder, number, rows):
    write_part(folder / f"part-{number:07d}.parquet", rows, '{"network": "MobileNetV2", "class_names": ["b", "a"]}')


def row(path, label, features, error=None):
    row = {"path": path, "label": label, "subject": "", "sha256": path * 8, "features": features, "error": error}
    return row if features is None else row | {"features": np.array(features, np.float32)}


def test_a_folder_of_parts_is_read_but_for_the_photos_that_could_not_be(tmp_path, caplog):
    pytest.importorskip("pyarrow")
    tmp_path /= "features.parquet"
    tmp_path.mkdir()
    (tmp_path / PLAN).write_text('{"parts": 3, "digest": "any"}')
    part(tmp_path, 0, [row("x", "a", [1, 2]), row("y", "b", None, "y is no photo"), row("z", "b", [3, 4])])
    part(tmp_path, 2, [row("w", "a", [5, 6])])
    with pytest.raises(DataError, match=r"lacks 1 of 3 parts; run scripts/extract\.py again to resume"):
        network.read_features(tmp_path)
    part(tmp_path, 1, [row("v", "a", None, "v is no photo")])
    table = network.read_features(tmp_path)
    assert table.features.tolist() == [[1, 2], [3, 4], [5, 6]] and table.features.dtype == np.float32
    assert [entry["path"] for entry in table.entries] == ["x", "z", "w"]
    assert (table.class_names, table.labels.tolist(), table.network) == (["b", "a"], [1, 0, 1], "MobileNetV2")
    assert caplog.messages == ["left out, because they could not be read: 2 photos, such as: y is no photo"]


def test_one_machine_reads_photos_from_a_store_and_goes_on_where_it_stopped(photo_folder, tmp_path):
    pytest.importorskip("pyarrow")
    store = pytest.importorskip("fsspec").filesystem("memory")
    for path in photo_folder.iterdir():
        store.pipe(f"/pets/{path.name[0]}/{path.name}", path.read_bytes())
    store.pipe("/pets/f/f02.jpg", b"no photo at all")
    stored, folder = list_store("memory://pets"), tmp_path / "features.parquet"
    frozen, loaded = small_model(), SimpleNamespace(network="small", source="none", fingerprint="abc")
    done = extract_in_parts(frozen, stored, loaded, folder, in_part=15)
    sizes, errors = (15, 15, 10), (1, 0, 0)
    assert done == [{"part": k, "photos": sizes[k], "errors": errors[k]} for k in range(3)]
    table = network.read_features(folder)
    names = [Path(entry["path"]).name for entry in table.entries]
    assert len(names) == 39 and "f02.jpg" not in names and table.class_names == ["f", "m"]
    expected = network.extract(frozen, [photo_folder / name for name in names], cache=False)
    np.testing.assert_allclose(table.features, expected, atol=1e-5)

    (folder / "part-0000001.parquet").unlink()
    assert [part["part"] for part in extract_in_parts(frozen, stored, loaded, folder, in_part=15)] == [1]
    assert extract_in_parts(frozen, stored, loaded, folder, in_part=15) == []
    store.rm("/pets/m/m20.jpg")
    with pytest.raises(DataError, match="has features of other photos or another network; name a new folder"):
        extract_in_parts(frozen, list_store("memory://pets"), loaded, folder, in_part=15)
    store.rm("/pets", recursive=True)


def extract(folder, *options, data, weights, **environment):
    command = [sys.executable, ROOT / "scripts" / "extract.py", "--data", data, "--weights", weights, "--to", folder]
    return subprocess.run(
        list(map(str, [*command, "--ray", "auto", *options])),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


def processes_of_ray():
    """The command lines of all processes of Ray that this user runs."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # of another user, or gone by now
            lines.append(path.read_bytes())
    return {line for line in lines if b"raylet" in line or b"gcs_server" in line or line.startswith(b"ray::")}


@needs_ray
@pytest.mark.slow
def test_a_cluster_gives_the_very_features_of_one_machine_and_computes_none_twice(photos, loaded, tmp_path):
    import ray

    before, frozen = processes_of_ray(), network.frozen_part(loaded.model)
    expected = network.extract(frozen, photos, cache=False, engine="litert")
    folder = tmp_path / "features.parquet"
    done = extract_in_parts(frozen, photos, loaded, folder, "auto", in_part=7)
    assert sorted(part["part"] for part in done) == [0, 1, 2, 3, 4, 5] and sum(part["photos"] for part in done) == 40
    assert not any(part["keras"] for part in done)
    table = network.read_features(folder)
    np.testing.assert_array_equal(table.features, expected)
    assert [entry["sha256"] for entry in table.entries] == photos.checksums
    assert [entry["path"] for entry in table.entries] == [str(path.resolve()) for path in photos.paths]
    np.testing.assert_array_equal(table.labels, photos.labels)

    there = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert extract_in_parts(frozen, photos, loaded, folder, "auto", in_part=7) == []
    lost = folder / "part-0000003.parquet"
    lost.unlink()
    assert [part["part"] for part in extract_in_parts(frozen, photos, loaded, folder, "auto", in_part=7)] == [3]
    np.testing.assert_array_equal(network.read_features(folder).features, expected)
    assert all(path.stat().st_mtime_ns == when for path, when in there.items() if path != lost)
    assert not ray.is_initialized() and processes_of_ray() <= before

    some = photos.subset(np.arange(40) > 0)
    with pytest.raises(DataError, match="has features of other photos or another network; name a new folder"):
        extract_in_parts(frozen, some, loaded, folder, "auto", in_part=7)


@needs_ray
@pytest.mark.slow
def test_photos_that_cannot_be_read_are_rows_with_an_error(photo_folder, any_weights, tmp_path):
    folder = tmp_path / "photos"
    for name in ("f", "m"):
        (folder / name).mkdir(parents=True)
        for path in sorted(photo_folder.glob(f"{name}0*.jpg"))[:4]:
            (folder / name / path.name).write_bytes(path.read_bytes())
    (folder / "f" / "f02.jpg").write_bytes(b"no photo at all")
    to = tmp_path / "features.parquet"
    done = extract(to, data=folder, weights=any_weights)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"{to}: 8 of 8 photos computed now, 1 of them could not be read\n")
    from pyarrow import parquet

    rows = parquet.read_table(to / "part-0000000.parquet").to_pylist()
    (wrong,) = [row for row in rows if row["error"]]
    assert len(rows) == 8 and "f02.jpg" in wrong["path"] and "f02.jpg" in wrong["error"]
    assert wrong["features"] is None and len(wrong["sha256"]) == 64
    assert len(network.read_features(to).labels) == 7


@pytest.fixture
def bucket(monkeypatch):
    """An object store on the loopback, and its file system."""
    server = pytest.importorskip("moto.server", reason="pip install -e '.[s3]' 'moto[server]'")
    s3fs = pytest.importorskip("s3fs", reason="pip install -e '.[s3]' 'moto[server]'")
    running = server.ThreadedMotoServer(port=0)
    running.start()
    host, port = running.get_host_and_port()
    configurations = {"ACCESS_KEY_ID": "any", "SECRET_ACCESS_KEY": "any", "DEFAULT_REGION": "us-east-1"}
    for name, value in (configurations | {"ENDPOINT_URL": f"http://{host}:{port}"}).items():
        monkeypatch.setenv(f"AWS_{name}", value)
    filesystem = s3fs.S3FileSystem(skip_instance_cache=True)
    filesystem.mkdir("bucket")
    yield filesystem
    running.stop()


@needs_ray
@pytest.mark.slow
def test_photos_in_object_storage_give_the_very_features_of_a_folder(
    bucket, photo_folder, loaded, any_weights, tmp_path
):
    for path in photo_folder.glob("[fm]*.jpg"):
        bucket.pipe(f"bucket/pets/{path.name[0]}/{path.name}", path.read_bytes())
    bucket.pipe("bucket/pets/f/f99.jpg", b"no photo at all")
    to = tmp_path / "features.parquet"
    done = extract(to, data="s3://bucket/pets", weights=any_weights)
    assert done.returncode == 0, done.stderr
    assert "41 photos from pets: 21 f, 20 m" in done.stdout
    assert done.stdout.endswith(f"{to}: 41 of 41 photos computed now, 1 of them could not be read\n")
    table, photos = network.read_features(to), reading.read_photos(photo_folder)
    assert [entry["path"] for entry in table.entries] == [
        f"s3://bucket/pets/{p.name[0]}/{p.name}" for p in photos.paths
    ]
    assert [entry["sha256"] for entry in table.entries] == photos.checksums
    expected = network.extract(network.frozen_part(loaded.model), photos, cache=False, engine="litert")
    np.testing.assert_array_equal(table.features, expected)


@needs_ray
@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_one_line(photo_folder, any_weights, tmp_path):
    done = extract(tmp_path / "f.parquet", "--ray", "127.0.0.1:1", data=photo_folder, weights=any_weights)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: the cluster failed: Connection refused (0 of 1")


@pytest.fixture
def many_photos(photo_folder, tmp_path):
    """A folder of 480 photos, no two files of which are the same."""
    for number in range(12):
        for path in photo_folder.glob("[fm]*.jpg"):
            place = tmp_path / "photos" / path.name[0] / f"{number}-{path.name}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes() + bytes([number + 1]))  # what follows the end of a JPEG is not read
    return tmp_path / "photos"


def wait_for_parts(folder, number):
    """Wait until a folder has so many parts."""
    for _ in range(1200):
        if len(list(folder.glob("part-*"))) >= number:
            return
        time.sleep(0.1)
    raise TimeoutError(f"no {number} parts in two minutes")


def check_all_there(folder, photos):
    """Check that each photo is in one row, and in no other."""
    table = network.read_features(folder)
    assert [entry["path"] for entry in table.entries] == [str(path.resolve()) for path in photos.paths]
    assert len({entry["sha256"] for entry in table.entries}) == len(photos)
    assert len(np.unique(table.features, axis=0)) == len(np.unique([path.name[-7:] for path in photos.paths]))


@needs_ray
@pytest.mark.slow
def test_a_node_that_is_killed_in_the_middle_loses_no_photo(many_photos, loaded, tmp_path):
    import ray
    from ray.cluster_utils import Cluster

    photos, frozen, folder = reading.read_photos(many_photos), network.frozen_part(loaded.model), tmp_path / "f.parquet"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        second = cluster.add_node(num_cpus=1)
        ray.init(cluster.address, log_to_driver=False, logging_level="error")
        assert ray.cluster_resources()["CPU"] == 2
        with ThreadPoolExecutor() as pool:
            running = pool.submit(extract_in_parts, frozen, photos, loaded, folder, "auto", in_part=8)
            wait_for_parts(folder, 8)
            cluster.remove_node(second, allow_graceful=False)
            done = running.result(timeout=240)
        assert sorted(part["part"] for part in done) == list(range(60))
        for _ in range(600):  # the work may be done before Ray takes note that a node is gone
            if ray.cluster_resources()["CPU"] == 1:
                break
            time.sleep(0.1)
        assert ray.cluster_resources()["CPU"] == 1
    finally:
        ray.shutdown()
        cluster.shutdown()
    check_all_there(folder, photos)


@needs_ray
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_was_stopped_goes_on_and_leaves_nothing_running(many_photos, any_weights, tmp_path, how):
    program = (
        "import sys; from catsex import backend, network\n"
        "from catsex.cluster import extract_in_parts\nfrom catsex.photos.layouts import reading\n"
        "from catsex.pretrained import load_mobilenet\n"
        "data, folder, weights = sys.argv[1:]; backend.start_keras(0); loaded = load_mobilenet(weights)\n"
        "frozen, photos = network.frozen_part(loaded.model), reading.read_photos(data)\n"
        "print(len(extract_in_parts(frozen, photos, loaded, folder, 'auto', in_part=8)), 'parts')\n"
    )
    before, folder = processes_of_ray(), tmp_path / "f.parquet"
    command = [sys.executable, "-c", program, many_photos, folder, any_weights]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        wait_for_parts(folder, 8)
        first.send_signal(how)
        first.wait(60)
    for _ in range(1800):  # of one that was killed outright, Ray's own watchers notice it after a minute or so
        if processes_of_ray() <= before:
            break
        time.sleep(0.1)
    assert processes_of_ray() <= before
    there = len(list(folder.glob("part-*")))
    assert 8 <= there < 60
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=True)
    assert again.stdout == f"{60 - there} parts\n"
    check_all_there(folder, reading.read_photos(many_photos))
