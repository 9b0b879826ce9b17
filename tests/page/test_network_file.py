"""The network file: three outputs, and a last layer that a page can write anew knowing only these byte positions."""

import json
import struct

import numpy as np
import pytest

from catsex.network.model import frozen_part
from catsex.page import network_file

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files(network_folder):
    content = (network_folder / network_file.NETWORK).read_bytes()
    return content, json.loads((network_folder / network_file.PLACES).read_text())


def run(content, photo):
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_content=content)
    model.allocate_tensors()
    model.set_tensor(model.get_input_details()[0]["index"], photo)
    model.invoke()
    return [model.get_tensor(output["index"]) for output in model.get_output_details()]


def test_it_gives_probabilities_features_and_maps(files, network):
    photo = np.random.default_rng(0).uniform(-1, 1, (1, 224, 224, 3)).astype(np.float32)
    shares, features, maps = run(files[0], photo)
    assert (shares.shape, features.shape, maps.shape) == ((1, 2), (1, 1280), (1, 7, 7, 1280))
    assert np.abs(features - np.asarray(frozen_part(network.model)(photo))).max() < 1e-4
    assert np.abs(maps.mean(axis=(1, 2)) - features).max() < 1e-4


def test_a_last_layer_of_another_number_of_classes_can_be_written_into_it(files):
    network, places = files
    rng, content = np.random.default_rng(1), bytearray(network)
    kernel, bias = rng.normal(size=(3, 1280)).astype("<f4"), rng.normal(size=3).astype("<f4")
    for field, values in ((places["kernel"], kernel), (places["bias"], bias)):
        content += bytes(-(len(content) + 4) % 16)  # the values begin at a multiple of 16
        content[field : field + 4] = struct.pack("<I", len(content) - field)
        content += struct.pack("<I", values.nbytes) + values.tobytes()
    for place in places["classes"]:
        content[place : place + 4] = struct.pack("<i", 3)
    photo = rng.uniform(-1, 1, (1, 224, 224, 3)).astype(np.float32)
    features = run(network, photo)[1][0]
    scores = kernel @ features + bias
    expected = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    assert np.abs(run(bytes(content), photo)[0][0] - expected).max() < 1e-5
