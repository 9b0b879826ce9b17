"""The network as one LiteRT file for the page, and where in that file a page has to write its own last layer.

The page runs the file on a prepared photo and reads three outputs: probabilities, features, and the maps that the
last convolution gives. To save a model, it appends its own last layer to a copy of the file, points to it, and
shortens the list of outputs to the probabilities; `places` says where those few numbers lie.
"""

import gzip
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np

from catsex.errors import ModelError, reason
from catsex.files import cache_folder, replacing
from catsex.quiet import hidden_stderr

NETWORK, PLACES = "mobilenetv2.tflite", "mobilenetv2.json"
COMPRESSED = f"{NETWORK}.gz"
FILES = (NETWORK, COMPRESSED, PLACES)

VERSION = 4  # raised whenever the same weights would give another file


def network_files(pretrained):
    """Return the network file and its places, made anew only if the cache does not have them.

    Parameters
    ----------
    pretrained : weights.Pretrained

    Returns
    -------
    folder : Path
        With `FILES` in it.

    Raises
    ------
    ModelError
        If ai-edge-litert is not installed, or the network cannot be converted.
    """
    folder = cache_folder() / "page" / f"{pretrained.fingerprint[:16]}-{VERSION}"
    if not (folder / PLACES).is_file():
        network = page_network(pretrained.model)
        with replacing(folder / NETWORK) as temporary:
            temporary.write_bytes(network)
        with replacing(folder / COMPRESSED) as temporary:
            temporary.write_bytes(gzip.compress(network, mtime=0))
        with replacing(folder / PLACES) as temporary:  # last: its presence says that all are whole
            provenance = {name: getattr(pretrained, name) for name in ("network", "source", "fingerprint")}
            temporary.write_text(json.dumps(places(network) | provenance) + "\n", encoding="utf-8")
    return folder


def files_of_weights(path, load):
    """Return the network file and its places of a weights file; once they are made, that takes no time.

    Parameters
    ----------
    path : Path
        The weights file.
    load : callable
        () -> weights.Pretrained, what is in it; called only if they are not made yet.

    Returns
    -------
    folder : Path
        With `FILES` in it.

    Raises
    ------
    ModelError
        As `network_files` raises it.
    """
    folder = cache_folder() / "page"
    known = folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}-{VERSION}.txt"
    if known.is_file() and (made := folder / known.read_text(encoding="utf-8") / PLACES).is_file():
        return made.parent
    made = network_files(load())
    with replacing(known) as temporary:
        temporary.write_text(made.name, encoding="utf-8")
    return made


def page_network(model):
    """Return the page's network, as the bytes of a LiteRT file.

    Parameters
    ----------
    model : keras.Model
        MobileNetV2 with all its layers, (N, 224, 224, 3) -> (N, 1000). Its layers are shared.

    Returns
    -------
    bytes
        (1, 224, 224, 3), float32, -1 to 1 -> probabilities (1, 2), features (1, 1280), maps (1, 7, 7, 1280).

    Raises
    ------
    ModelError
        If ai-edge-litert is not installed, or the network cannot be converted.
    """
    try:
        import flatbuffers
        from ai_edge_litert import schema_py_generated as schema
    except ImportError as error:
        raise ModelError('the page needs the package ai-edge-litert: pip install -e ".[litert]"') from error
    parsed = schema.ModelT.InitFromObj(schema.Model.GetRootAs(_convert(model), 0))
    graph = parsed.subgraphs[0]
    for tensor in graph.tensors:
        tensor.shapeSignature = None  # LiteRT.js refuses a batch of unknown size
    kinds = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in parsed.operatorCodes]
    by_kind: dict = {}
    for operator in graph.operators:
        by_kind.setdefault(kinds[operator.opcodeIndex], []).append(operator)
    kinds = schema.BuiltinOperator
    softmax, dense, mean = (_only(by_kind, kind) for kind in (kinds.SOFTMAX, kinds.FULLY_CONNECTED, kinds.MEAN))
    graph.outputs = [softmax.outputs[0], dense.inputs[0], mean.inputs[0]]
    parsed.signatureDefs = None  # they name the converter's outputs
    builder = flatbuffers.Builder(2**20)
    builder.Finish(parsed.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _convert(model):
    """Return MobileNetV2 with a last layer for two classes as the converter writes it, bytes."""
    import keras

    # No call of attach_classifier: it would freeze the caller's layers.
    last = keras.layers.Dense(2, activation="softmax", name="classifier")
    network = keras.Model(model.input, last(model.layers[-2].output))
    # The converter drops a bias that is all zeros; these values are never used.
    last.set_weights([np.random.default_rng(0).normal(size=(1280, 2)), np.array([0.5, -0.25])])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NETWORK
        try:
            with hidden_stderr():
                network.export(str(path), format="litert", verbose=False)
        except Exception as error:  # the converter raises nearly anything
            raise ModelError(f"Keras cannot export this network to LiteRT: {reason(error, 300)}") from error
        return path.read_bytes()


def _only(by_kind, kind):
    """Return the one operator of a kind."""
    if len(by_kind.get(kind, ())) != 1:
        raise ModelError(f"expected one operator of kind {kind} in the converted network, got {by_kind.get(kind)}")
    return by_kind[kind][0]


def places(network):
    """Return where the last layer lies in the page's network file, as byte positions.

    Parameters
    ----------
    network : bytes
        As `page_network` returns them.

    Returns
    -------
    dict
        `kernel` and `bias`: where the file says how far away their values begin (a length and then the values);
        `classes`: where the number of classes stands in the shapes of tensors; `outputs`: where the number of
        outputs stands.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(network, 0)
    graph = model.Subgraphs(0)
    operators = [graph.Operators(index) for index in range(graph.OperatorsLength())]
    for operator in operators:
        if model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode() == schema.BuiltinOperator.FULLY_CONNECTED:
            dense = operator
    kernel, bias, scores = int(dense.Inputs(1)), int(dense.Inputs(2)), int(dense.Outputs(0))

    def values(tensor):
        table = model.Buffers(graph.Tensors(tensor).Buffer())._tab
        return int(table.Pos + table.Offset(4))

    def dimension(tensor, axis):
        table = graph.Tensors(tensor)._tab
        return int(table.Vector(table.Offset(4))) + 4 * axis

    last = int(graph.Outputs(0))
    return {
        "kernel": values(kernel),
        "bias": values(bias),
        "classes": [dimension(kernel, 0), dimension(bias, 0), dimension(scores, 1), dimension(last, 1)],
        "outputs": int(graph._tab.Vector(graph._tab.Offset(8))) - 4,
    }
