"""Keras, imported when it is first needed: quietly, and seeded."""

import contextlib
import gc
import logging
import platform
import secrets
from importlib.metadata import version

from catsex import __version__
from catsex.quiet import hidden_stderr, stopped_afterwards

log = logging.getLogger(__name__)

_before: list = []  # what Keras' settings were: image_data_format, floatx, dtype policy


def start_keras(seed=None):
    """Import Keras without TensorFlow's start-up notices, and make what follows repeatable.

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
    """
    # The garbage collector would go through TensorFlow's objects again and again, and a last time when the process
    # ends: a second in all, to find nothing.
    gc.disable()
    with stopped_afterwards(), hidden_stderr():
        import keras
    gc.freeze()
    gc.enable()
    seed = secrets.randbelow(2**32) if seed is None else seed
    keras.utils.set_random_seed(seed)
    _set_keras(keras.config)
    return seed


def _set_keras(config):
    """Set what our networks need, if it is not so."""
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
    packages = ("keras", "tensorflow", "numpy", "imageio", "scikit-image")
    return {"catsex": __version__, "python": platform.python_version()} | {name: version(name) for name in packages}
