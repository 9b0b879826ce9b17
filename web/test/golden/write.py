"""Write the golden files: what Python computes, for the page's modules to be held to.

    python web/test/golden/write.py

`npm test` in web/ and tests/page read them from web/given/golden.
"""

import json
import sys
from pathlib import Path

import numpy as np

from catsex.evaluation.grouping.join import join
from catsex.evaluation.grouping.near_duplicates import find_duplicates
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
from catsex.evaluation.sample import Sample
from catsex.evaluation.splits import stratified_folds
from catsex.network.heads import initial_kernels, shuffled_batches, train_logits
from catsex.photos.preprocessing import preprocess
from catsex.photos.traces import SHARPNESS, SPOTS, find_traces
from catsex.prediction.out_of_distribution import OutOfDistribution

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where the package golden lies

from golden import alike, bets, evaluations, sentences
from golden.small_generator import SmallGenerator

FOLDER = Path(__file__).resolve().parents[2] / "given" / "golden"
SIZES = ((300, 400), (53, 37), (224, 224), (1, 1), (1000, 3), (2, 700))  # height, width


def write(folder):
    """Write the golden files; features of photos, which depend on the weights, are compared in the browser's own tests.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "generator": _generator(),
        "splits": _splits(),
        "sentences": sentences.sentences(),
        "out_of_distribution": _out_of_distribution(),
    }
    files["duplicates"] = _duplicates()
    files |= {"alike": alike.alike(), "damaged": alike.damaged()}
    files["bets"] = bets.bets()
    files |= {f"heads{classes}": _heads(classes) for classes in (2, 3)}
    files |= {f"results-{name}": evaluations.results(name) for name in evaluations.SETS}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, default=_as_list) + "\n", encoding="utf-8")
    for number, (height, width) in enumerate(SIZES):
        pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), dtype=np.uint8)
        rgba = np.concatenate([pixels, np.full((height, width, 1), 255, np.uint8)], axis=2)
        (folder / f"resize-{width}x{height}.rgba").write_bytes(rgba.tobytes())
        (folder / f"resize-{width}x{height}.f32").write_bytes(preprocess(pixels).astype("<f4").tobytes())
        traces = find_traces(b"", pixels).numbers
        (folder / f"resize-{width}x{height}.json").write_text(
            json.dumps([*traces[SHARPNESS], *traces[SPOTS]], default=_as_list)
        )


def _as_list(value):
    """Turn what JSON does not know into what it does."""
    return value.tolist()


def _generator():
    """Return draws of the small generator."""
    cases = [(1, 0), (2**32 - 1, 2**32 - 1), (12345, 678)]
    return [
        {
            "seed": seed,
            "stream": stream,
            "random": SmallGenerator(seed, stream).random(20),
            "permutation": SmallGenerator(seed, stream).permutation(17),
        }
        for seed, stream in cases
    ]


def _splits():
    """Return exchanged labels and folds of photos that belong together in all the ways there are."""
    labels = np.array([0] * 16 + [1] * 8)
    alike = join(len(labels), [(0, 1, 1.0), (2, 3, 1.0), (16, 17, 1.0)])
    by_themselves, numbers = np.arange(24), np.arange(24)
    cases = {
        "each by itself": by_themselves,
        "pairs": numbers // 2,
        "of many sizes": np.repeat(np.arange(9), [1, 2, 3, 4, 6, 1, 2, 2, 3]),
        "within": numbers % 8,
        "among and within": np.where(numbers < 12, numbers // 3, 4 + numbers % 4),
    }
    return [_split(name, labels, groups, alike) for name, groups in cases.items()]


def _split(name, labels, groups, alike):
    """Return what can be exchanged among groups of photos, some exchanges, and folds for each of these."""
    scheme = find_permutation_scheme(Sample(None, labels, groups, alike))
    permuted = scheme.photos(SmallGenerator(3, 1), 7)
    folds = stratified_folds(SmallGenerator(3, 2), permuted, groups, 5)
    found = {"kind": scheme.kind, "smallest_p": scheme.smallest_p, "needed": scheme.groups_needed()}
    given = {"name": name, "labels": labels, "groups": groups, "alike": alike}
    return given | found | {"permuted": permuted, "folds": folds}


def _duplicates():
    """Return near-duplicates in sets of photos that differ, and that are all alike; in both a chain of photos."""
    cases = []
    for common in (0.0, 1.2):
        rng = np.random.default_rng(4)
        features = np.abs(rng.normal(size=(24, 40)) + common).astype(np.float32)
        features[1] = features[0] + np.float32(0.1)
        for photo in range(4, 12):  # from one photo to another one, in small steps
            features[photo] = features[3] + np.float32((photo - 3) / 8) * (features[2] - features[3])
        features = features.round(4)
        digests = [str(photo) for photo in range(len(features))]
        cases.append({"features": features, "pairs": find_duplicates(features, digests)})
    return cases


def _out_of_distribution():
    """Return which of some photos look like none of others, two of which show the same."""
    rng = np.random.default_rng(2)
    known, new = (np.abs(rng.normal(size=(n, 1280))).astype(np.float32).round(4) for n in (12, 9))
    known[1] = known[0] * 0.8 + known[1] * 0.2
    new[:5] += 2 * known[:5]
    new[5:, ::2] = 0
    groups = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 10, 10])
    detector = OutOfDistribution(known, groups)
    found = {
        "threshold": detector.threshold,
        "nearest": detector.nearest(new),
        "flags": detector.flags(new),
    }
    return {"known": known, "groups": groups, "new": new} | found


def _heads(classes):
    """Return the logits of a few heads, each trained on other photos with other labels."""
    features, _, labels = evaluations.photo_set(classes)
    n, d = features.shape
    random = np.random.default_rng(7)
    every = np.stack([labels, *(random.permutation(labels) for _ in range(5))])
    masks = random.random((6, n)) < 0.8
    rng = SmallGenerator(5, classes)
    batches = shuffled_batches(rng, n, 0.8)
    logits = train_logits(features, every, masks, initial_kernels(rng, d, 6, classes), batches)
    return {"features": features, "labels": every, "masks": masks.astype(int), "classes": classes, "logits": logits}


if __name__ == "__main__":
    write(FOLDER)
    print(f"golden files: {FOLDER}")
