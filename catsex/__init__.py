"""Can a pretrained network really learn to tell my photos apart, or is it only memorising?

Importing this package imports neither Keras nor TensorFlow. Each module does so when it first needs them; the names in
`__all__` come from `catsex.api` when they are first asked for.
"""

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catsex.api import (
        Classifier,
        Comparison,
        Evaluation,
        Extraction,
        Training,
        compare,
        evaluate,
        evaluate_features,
        extract,
        load,
        load_photos,
        train,
    )

__all__ = [
    "Classifier",
    "Comparison",
    "Evaluation",
    "Extraction",
    "Training",
    "compare",
    "evaluate",
    "evaluate_features",
    "extract",
    "load",
    "load_photos",
    "train",
]
__version__ = "0.1.0"

# TensorFlow reads these when it is imported: no start-up notices, and Keras on this backend if no other is asked for.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
if "numpy" not in sys.modules:  # which reads this when it is imported: `catsex.products` says why
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("catsex.api"), name)
    raise AttributeError(f"module 'catsex' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
