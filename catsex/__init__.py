"""Can a pretrained network really learn to tell my photos apart, or is it only memorising?

Importing this package imports neither Keras nor TensorFlow. Each module does so when it first needs them.
"""

import os

__version__ = "0.1.0"

# TensorFlow reads these when it is imported: no start-up notices, and Keras on the backend that this package uses.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
