"""Keras, imported when it is first needed: quietly, and seeded."""

import gc
import platform
import secrets
from importlib.metadata import version

from catsex import __version__
from catsex.quiet import hidden_stderr, stopped_afterwards


def start_keras(seed=None):
    """Import Keras without TensorFlow's start-up notices, and make what follows repeatable.

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
    return seed


def versions():
    """Return the versions of what a result depends on."""
    packages = ("keras", "tensorflow", "numpy", "imageio", "scikit-image")
    return {"catsex": __version__, "python": platform.python_version()} | {name: version(name) for name in packages}
