import json
import logging
import os
import subprocess
import sys

import numpy as np
import pytest
from small_models import small_model

from catsex import backend, network


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


SETTINGS = """
import logging, sys
from catsex import backend, network
logging.basicConfig(format="%(message)s")
backend.start_keras(1)
import keras
shown = lambda: (keras.config.image_data_format(), keras.config.floatx(), keras.config.dtype_policy().name)
print(*shown())
backend.start_keras(1)
backend.restore_keras()
print(*shown())
backend.restore_keras()
with backend.our_settings():
    backend.start_keras(1)
print(*shown())
"""


def settings(tmp_path, content):
    if content:
        (tmp_path / "keras.json").write_text(json.dumps(content))
    done = subprocess.run(
        [sys.executable, "-c", SETTINGS],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"KERAS_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), [line for line in done.stderr.splitlines() if line.startswith("Keras is set")]


@pytest.mark.slow
def test_keras_is_set_as_our_networks_need_it_and_restored(tmp_path):
    ours = "channels_last float32 float32"
    assert settings(tmp_path, None) == ([ours] * 3, [])
    shown, said = settings(tmp_path, {"image_data_format": "channels_first", "floatx": "float16"})
    assert shown[0] == ours and shown[1] == shown[2] and shown[1].startswith("channels_first float16")
    assert said[0] == "Keras is set to channels_first, float16; this run takes channels_last, float32"


def test_many_networks_are_compiled_without_a_warning():
    said = []
    handler = logging.Handler()
    handler.emit = said.append
    logging.getLogger("tensorflow").addHandler(handler)
    try:
        for number in range(8):
            model = small_model(size=(8, 8))
            photos = np.random.default_rng(number).random((3, 8, 8, 3), np.float32)
            expected = model(photos, training=False)
            np.testing.assert_allclose(backend.compiled_model(model)(photos), expected, rtol=1e-5, atol=1e-6)
    finally:
        logging.getLogger("tensorflow").removeHandler(handler)
    assert not said


def test_models_of_the_same_layers_share_what_is_compiled():
    from keras import Input, Model, layers

    def small():
        photo = Input((8, 8, 3))
        return Model(photo, layers.Dense(3)(layers.Dense(4)(layers.Flatten()(photo))))

    model, photos = small(), np.ones((2, 8, 8, 3), np.float32)
    run = backend.compiled_model(network.frozen_part(model))
    before = run(photos)
    assert np.ptp(before) > 0
    same = backend.compiled_model(network.frozen_part(network.attach_classifier(model)))
    if backend.name() == "tensorflow":
        assert same is run
    model.set_weights([2 * weight for weight in model.get_weights()])
    again = backend.compiled_model(network.frozen_part(model))(photos)
    np.testing.assert_allclose(again, network.frozen_part(model)(photos, training=False), rtol=1e-5, atol=1e-6)
    assert np.abs(again - before).max() > 1e-3
    assert backend.compiled_model(network.frozen_part(small())) is not run


def test_a_model_that_cannot_run_says_so_when_it_is_asked_and_not_before():
    from keras import Sequential, layers

    crop = [layers.Input((None, None, 3)), layers.RandomCrop(8, 8), layers.GlobalAveragePooling2D()]
    run = backend.compiled_model(Sequential(crop))
    with pytest.raises(Exception, match="None"):
        run(np.zeros((2, 16, 16, 3), np.float32))
