import os

import numpy as np
import pytest

from catsex import backend


def test_a_seed_makes_a_run_repeatable_and_no_seed_a_fresh_one():
    import keras

    def draws():
        return keras.initializers.GlorotUniform()((3, 2)).numpy().tolist(), np.random.random()

    assert backend.start_keras(7) == 7
    first = draws()
    assert backend.start_keras(7) == 7
    assert draws() == first
    backend.start_keras(8)
    assert draws() != first
    fresh = {backend.start_keras() for _ in range(5)}
    assert len(fresh) == 5 and all(0 <= seed < 2**32 for seed in fresh)


def test_results_say_which_versions_they_depend_on():
    assert set(backend.versions()) == {"catsex", "python", "keras", "tensorflow", "numpy", "imageio", "scikit-image"}
    assert all(number[0].isdigit() for number in backend.versions().values())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("theano", "KERAS_BACKEND is theano; expected one of tensorflow, jax, torch"),
        (
            "missing",
            "Keras' backend jax is not installed: pip install jax, or set KERAS_BACKEND to tensorflow",
        ),
    ],
)
def test_a_backend_that_cannot_be_had_is_one_line(name, message, tmp_path, run_script):
    """A folder earlier on the path has a `jax` that is none, as if it were not installed."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Nothing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'jax': raise ModuleNotFoundError('No module named jax', name='jax')\n"
        "sys.meta_path.insert(0, Nothing())\n"
    )
    backend_name = "jax" if name == "missing" else name
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = run_script("sanity_check.py", "--no-record", KERAS_BACKEND=backend_name, PYTHONPATH=path)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith(f"error: {message}")
