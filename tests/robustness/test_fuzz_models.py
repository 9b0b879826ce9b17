"""Any bytes given as weights or as a model are read, or are an error that names the file: nothing crashes or hangs.

HDF5's own library does both over some damaged files, so the mutations are tried in a process of their own. A few
hundred here; thousands with `pytest --thorough tests/robustness/test_fuzz_models.py`.
"""

import json
import subprocess
import sys
import zipfile

import pytest

pytestmark = pytest.mark.slow

QUICK, THOROUGH = 60, 3000  # mutations of each kind of file

PROGRAM = """
import faulthandler, json, sys
from collections import Counter
from pathlib import Path
import numpy as np
import keras
from catsex.prediction import saving
from catsex.pretrained import checkpoints
from catsex.errors import ModelError, WeightsError

entry = keras.Input((8, 8, 3))
convolved = keras.layers.BatchNormalization(name="norm")(keras.layers.Conv2D(4, 3, name="conv")(entry))
model = keras.Model(entry, keras.layers.Dense(2, name="top")(keras.layers.Flatten()(convolved)))


def save_as_keras_2(path):
    import h5py

    with h5py.File(path, "w") as file:
        checkpoints.write(file, model.layers)


def read_weights(path):
    checkpoints.read_into(model, path)


KINDS = {
    "keras2.h5": (save_as_keras_2, read_weights),
    "keras3.h5": (model.save, read_weights),
    "new.weights.h5": (model.save_weights, read_weights),
    "model.keras": (model.save, saving.load),
}


def mutate(rng, content):
    data = bytearray(content)
    kind = rng.integers(0, 4)
    if kind == 0:
        del data[rng.integers(0, len(data)) :]
    elif kind == 1:
        start, length = rng.integers(0, len(data)), rng.integers(1, 60)
        data[start : start + length] = rng.bytes(length)
    else:  # all over the file, or in the end, where a zip file has its table of contents
        start = 0 if kind == 2 else max(0, len(data) - 300)
        for position in rng.integers(start, len(data), rng.integers(1, 30)):
            data[position] = rng.integers(0, 256)
    return data


folder, times = Path(sys.argv[1]), int(sys.argv[2])
counts = {}
for name, (save, read) in KINDS.items():
    save(folder / name)
    content = (folder / name).read_bytes()
    damaged = folder / f"damaged {name}"
    rng = np.random.default_rng(0)
    counts[name] = Counter()
    for _ in range(times):
        damaged.write_bytes(mutate(rng, content))
        faulthandler.dump_traceback_later(10, exit=True)
        try:
            read(damaged)
            counts[name]["read"] += 1
        except (ModelError, WeightsError) as error:
            if damaged.name not in str(error) or "\\n" in str(error):
                raise
            counts[name]["refused"] += 1
        faulthandler.cancel_dump_traceback_later()
print(json.dumps(counts))
"""


def test_a_damaged_file_is_read_or_refused(tmp_path, thorough):
    times = THOROUGH if thorough else QUICK
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(times)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for counts in json.loads(done.stdout.splitlines()[-1]).values():
        assert sum(counts.values()) == times
        assert counts["refused"] > 0


def test_a_damaged_table_of_contents_is_one_line(tmp_path):
    from catsex.errors import ModelError
    from catsex.prediction import saving

    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", "{}")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"PK\x01\x02", b"PK\xff\xff"))
    with pytest.raises(ModelError, match=r"m\.keras is damaged: Bad magic number"):
        saving.check_is_keras_file(path)
