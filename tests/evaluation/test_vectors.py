import numpy as np

from catsex.evaluation import protocol, vectors
from catsex.network.feature_tables import FeatureTable

SHORT = {"seed": 1, "repeats": 2, "permutations": 59}


def table(network="MobileNetV2", scale=1.0):
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    features = (rng.random((40, 60)) ** 3 + labels[:, None] * 0.2 * (np.arange(60) < 20)).astype(np.float32) * scale
    entries = [{"name": f"row {row}", "class": "ab"[label]} for row, label in enumerate(labels)]
    return FeatureTable("t", features, labels, ["a", "b"], None, entries, network)


def test_features_of_mobilenet_are_taken_as_they_are():
    one = table()
    found = vectors.evaluate_table(one, near_duplicates="off", **SHORT)
    expected = protocol.evaluate_features(one.features, one.labels, ["a", "b"], entries=one.entries, **SHORT)
    assert found["null"] == expected["null"] and found["accuracy"] == expected["accuracy"]


def test_features_of_others_may_have_any_scale():
    first, second = (vectors.evaluate_table(table("CLIP", scale), **SHORT) for scale in (1.0, 1000.0))
    assert first["accuracy"] == second["accuracy"] > 0.6


def test_copies_are_found_by_the_features_of_any_network_and_near_duplicates_if_asked_for():
    for differs, cosine, expected in ((0, None, 1), (0.5, None, 0), (0.5, 0.9, 1), (0, "off", 0)):
        one = table("CLIP")
        one.features[5] = one.features[7]
        one.features[5, 0] += differs
        found = vectors.evaluate_table(one, near_duplicates=cosine, **SHORT)["duplicates"]
        assert len(found) == expected, (differs, cosine)
