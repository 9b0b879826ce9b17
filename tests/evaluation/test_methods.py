import re
from importlib.resources import files

import numpy as np

from catsex.evaluation import methods, protocol
from catsex.evaluation.grouping.alike import Alike
from catsex.evaluation.sample import Sample

BIBLIOGRAPHY = files("catsex.evaluation").joinpath("references.bib").read_text(encoding="utf-8")
CITED = re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.MULTILINE)


def evaluated(groups=None, **options):
    rng = np.random.default_rng(0)
    labels = np.arange(24) % 2
    vectors = (rng.normal(0, 1, (24, 12)) + 0.3 * labels[:, None]).astype(np.float32)
    sample = Sample(vectors, labels, groups, class_names=["cats", "dogs"])
    return protocol.evaluate_sample(sample, seed=5, folds=3, repeats=2, **({"permutations": 39} | options))


def test_the_paragraph_has_the_numbers_and_each_source_that_it_names():
    found = evaluated()
    text = found["methods"]
    for part in (
        "24 observations (12 cats, 12 dogs) were described by 12 features. A new last layer",
        "3-fold cross-validation, stratified by class and held out, repeated 2 times",
        "by 39 random permutations of the labels (Ojala and Garriga, 2010)",
        f"it was {found['observed']:.1f} standard deviations of chance",
        f"Accuracy was {100 * found['accuracy']:.1f} % (chance 50.0 %",
        "Wilson's (Wilson, 1927) for the effective number of independent predictions (Korn and Graubard, 1998)",
        f"p = {found['p_value']:.3g}",
        "seed 5",
    ):
        assert part in text
    assert "[" not in text
    keys = re.findall(r"^@\w+\{(\w+),", found["references"], re.MULTILINE)
    named = [key for key in CITED if methods.say(f"cited.{key}") in text]
    assert sorted(keys) == sorted(named)
    assert "ojala2010" in keys
    assert "winkler2015" not in keys
    assert found["references"].count("{") == found["references"].count("}")


def test_subjects_are_in_it_where_they_are_known():
    text = evaluated(groups=np.arange(24) // 4 * 2 + np.arange(24) % 2)["methods"]
    assert "of 12 subjects (12 cats" in text
    assert "held out by subject" in text
    assert "Labels were permuted among groups (Winkler et al., 2015)." in text


def test_the_network_that_gave_the_features_is_named_and_no_other():
    text = evaluated(network="MobileNetV2")["methods"]
    assert "24 photographs (12 cats, 12 dogs) were passed once through MobileNetV2 (Sandler et al., 2018), tr" in text
    found = evaluated(network="ResNet50V2", standardised=True)
    assert (
        "through ResNet50V2 without its last layer, which gave 12 features of each. Each feature was"
        in found["methods"]
    )
    assert "MobileNetV2" not in found["methods"] and "sandler2018" not in found["references"]


def test_photos_of_one_moment_are_said():
    alike = Alike(bursts=[(0, 2), (2, 4)], frames=[(1, 3)])
    assert "3 pairs of photographs taken within ten seconds" in evaluated(alike=alike)["methods"]
