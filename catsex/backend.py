"""Keras, imported when it is first needed, quietly and seeded; and the few calls that differ between its backends."""

import contextlib
import gc
import logging
import os
import platform
import secrets
from functools import cache
from importlib.metadata import version

import numpy as np

from catsex import __version__
from catsex.errors import CatsexError
from catsex.quiet import hidden_stderr, imported_when_used, stopped_afterwards

log = logging.getLogger(__name__)

_before: list = []  # what Keras' settings were: image_data_format, floatx, dtype policy
_last: list = []  # the input and output of the network that was compiled last, and what runs it

BACKENDS = ("tensorflow", "jax", "torch")
SELDOM_USED = ("matplotlib.pyplot", "matplotlib.patches", "IPython", "pandas")  # Keras imports them if they are there


def start_keras(seed=None):
    """Import Keras without start-up notices of its backend, and make what follows repeatable.

    Photos are height x width x colours here, and numbers float32. If Keras is set otherwise, as by its keras.json, that
    is said and changed, until `restore_keras`.

    Parameters
    ----------
    seed : int, optional
        By default a fresh one is drawn.

    Returns
    -------
    int
        The seed.

    Raises
    ------
    CatsexError
        If the backend that `KERAS_BACKEND` names is not one of `BACKENDS`, or is not installed.
    """
    check_name()
    # The garbage collector would go through TensorFlow's objects again and again, and a last time when the process
    # ends: a second in all, to find nothing.
    gc.disable()
    try:
        with stopped_afterwards(), hidden_stderr(), imported_when_used(*SELDOM_USED):
            import keras
    except ModuleNotFoundError as error:
        if error.name != name():
            raise
        others = " or ".join(other for other in BACKENDS if other != name())
        raise CatsexError(
            f"Keras' backend {name()} is not installed: pip install {name()}, or set KERAS_BACKEND to {others}"
        ) from None
    gc.freeze()
    gc.enable()
    seed = draw_seed(seed)
    keras.utils.set_random_seed(seed)
    _set_keras(keras.config)
    return seed


def draw_seed(seed=None):
    """Return a seed, a fresh one if none is given."""
    return secrets.randbelow(2**32) if seed is None else seed


def check_name():
    """Raise `CatsexError` unless `KERAS_BACKEND` names a backend."""
    if name() not in BACKENDS:
        raise CatsexError(f"KERAS_BACKEND is {name()}; expected one of {', '.join(BACKENDS)}")


def name():
    """Return the name of Keras' backend, "tensorflow" unless `KERAS_BACKEND` says otherwise."""
    return os.environ["KERAS_BACKEND"]


def _set_keras(config):
    """Set Keras' image layout and number types to those that our networks need, with a notice if they differ."""
    ours = ("channels_last", "float32", "float32")
    found = (config.image_data_format(), config.floatx(), config.dtype_policy().name)
    if found != ours:
        log.warning("Keras is set to %s, %s; this run takes channels_last, float32", *found[:2])
        _before[:] = _before or [found]
        _apply(config, ours)


def restore_keras():
    """Put Keras' settings back to what they were before `start_keras`."""
    if _before:
        import keras

        _apply(keras.config, _before.pop())


def _apply(config, settings):
    image_data_format, floatx, policy = settings
    config.set_image_data_format(image_data_format)
    config.set_floatx(floatx)
    config.set_dtype_policy(policy)


@contextlib.contextmanager
def our_settings():
    """Put Keras' settings back after the block, or the function that this decorates."""
    try:
        yield
    finally:
        restore_keras()


def versions():
    """Return the versions of what a result depends on."""
    packages = ("keras", name(), "numpy", "imageio", "scikit-image")
    return {"catsex": __version__, "python": platform.python_version()} | {name: version(name) for name in packages}


def provenance(data, weights, seed):
    """Return the provenance of a result: photos, weights, seed and versions."""
    return {"data": data, "weights": weights, "seed": seed, "versions": versions()}


def need_tensorflow(what):
    """Raise `CatsexError` unless Keras' backend is TensorFlow, which `what` needs."""
    if name() != "tensorflow":
        raise CatsexError(f"{what} needs Keras' backend tensorflow, and KERAS_BACKEND is {name()}")


def to_numpy(tensor):
    """Return a tensor or a variable of any backend as an array."""
    import keras

    return keras.ops.convert_to_numpy(tensor)


def compiled_model(model):
    """Return a function that runs a model on batches of photos, compiled once and for all batches where it can be.

    By TensorFlow, models of the same layers, from the same input to the same output, share what is compiled.

    Parameters
    ----------
    model : keras.Model
        (N, h, w, 3) -> (N, d)

    Returns
    -------
    callable
        ndarray, shape (N, h, w, 3), float32 -> ndarray, shape (N, d), float32; a list of them if the model has several
        outputs
    """
    from keras import tree

    if name() == "tensorflow":
        import tensorflow as tf

        ends = model.inputs + model.outputs
        if _last and [*map(id, _last[0])] == [*map(id, ends)]:
            return _last[1]

        def call(photos):
            return model(photos, training=False)

        @cache
        def concrete():  # called as it is, TensorFlow would warn of all that a comparison of many networks compiles
            return tf.function(call).get_concrete_function(tf.TensorSpec(model.input_shape, tf.float32))

        def run_compiled(photos):
            return tree.map_structure(np.asarray, concrete()(photos))

        _last[:] = ends, run_compiled
        return run_compiled
    if name() == "jax":
        import jax

        trained, others = ([v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables))
        compiled = jax.jit(lambda photos: model.stateless_call(trained, others, photos, training=False)[0])
        return lambda photos: tree.map_structure(np.asarray, compiled(photos))
    import torch

    def run(photos):
        with torch.no_grad():
            return tree.map_structure(to_numpy, model(photos, training=False))

    return run


def gradient(function, value):
    """Return the gradient of a function, tensor -> number, at a value, as an array of its shape."""
    if name() == "tensorflow":
        import tensorflow as tf

        value = tf.convert_to_tensor(value)
        with tf.GradientTape() as tape:
            tape.watch(value)
            result = function(value)
        return tape.gradient(result, value).numpy()
    if name() == "jax":
        import jax

        return np.asarray(jax.grad(function)(value))
    import torch

    value = torch.as_tensor(np.asarray(value)).requires_grad_()
    return torch.autograd.grad(function(value), value)[0].numpy()
