"""How often does each statistic find what is there, and what is not? For few photos of two kinds.

Photos of cats and dogs are drawn anew for each set; in some columns what tells them apart is made weaker, in others it
is of another sort. All statistics are tested at 5 %. The first is what scripts/evaluate.py tests, "accuracy" and
"probability" are those of the tutorial's head, "energy" is the energy distance, "location" the same of directions only
(1 - cosine). "Nothing" and "spread" hold nothing that could tell single photos apart: there, less is better. With
--verdicts, the whole evaluation is done on sets of ten and ten, and its verdicts are counted.

For example:

    python benchmarks/sensitivity.py --data cats_and_dogs/train --draws 100
    python benchmarks/sensitivity.py --data cats_and_dogs/train --draws 0 --verdicts 20
"""

import sys
from collections import Counter

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load

REPEATS, FOLDS = 3, 5
STATISTICS = ("the verdict's", "accuracy", "probability", "ridge AUC", "energy", "location")


def main():
    """Draw sets, and count how often each statistic finds something."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--draws", type=cli.whole_number(0, 10**6), default=100, help="default: 100")
    parser.add_argument("--permutations", type=cli.whole_number(19, 10**6), default=199, help="default: 199")
    parser.add_argument("--verdicts", type=cli.whole_number(0, 10**6), default=0, help="default: 0")
    parser.add_argument(
        "--ours", action="store_true", help="only what scripts/evaluate.py tests: a hundredth of the time"
    )
    parser.add_argument("--only", nargs="+", choices=[*COLUMNS], metavar="COLUMN", default=[*COLUMNS])
    args = parser.parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    vectors = features.extract(frozen_part(pretrained.model), photos, cache=args.cache)
    results = {"weights": pretrained.source, "seed": seed, "versions": backend.versions(), "draws": args.draws}
    if args.draws:
        statistics = STATISTICS[:1] if args.ours else STATISTICS
        print(
            f"share of {args.draws} sets with p < 0.05; seed {seed}\n{'':<40}" + "".join(f"{s:>16}" for s in statistics)
        )
    for number, name in enumerate(COLUMNS):
        if args.draws and name in args.only:
            rng = np.random.default_rng([seed, number])
            found = [p_values(rng, *COLUMNS[name](rng, vectors, photos.labels), args) for _ in range(args.draws)]
            shares = np.mean(np.array(found) < 0.05, axis=0)
            print(f"{name:<40}" + "".join(f"{share:>16.2f}" for share in shares), flush=True)
            results[name] = dict(zip(statistics, shares.tolist(), strict=True))
    if args.verdicts:
        results["verdicts"] = verdicts(np.random.default_rng([seed, 99]), vectors, photos, args.verdicts)
    files.write_json(args.json, results)


def verdicts(rng, vectors, photos, draws):
    """Evaluate sets of ten and ten, and count the verdicts."""
    from catsex.evaluation import Sample, evaluate_sample

    found = Counter()
    for number in range(draws):
        chosen = some(rng, photos.labels, 10, 10)
        sample = Sample(vectors[chosen], photos.labels[chosen], class_names=photos.class_names)
        result = evaluate_sample(sample, seed=number)
        found[result["verdict"]] += 1
    print(f"ten and ten, {draws} sets: " + ", ".join(f"{verdict} {count}" for verdict, count in found.most_common()))
    return dict(found)


def some(rng, labels, *counts):
    """Draw so many photos of each class."""
    chosen = [rng.choice(np.flatnonzero(labels == c), count, replace=False) for c, count in enumerate(counts)]
    return np.concatenate(chosen)


def apart(vectors, labels):
    """Return how far apart the classes' means are: (d,)."""
    return vectors[labels == 1].mean(axis=0) - vectors[labels == 0].mean(axis=0)


def nothing(rng, vectors, labels):
    """Labels dealt by lot."""
    chosen = some(rng, labels, 20, 20)
    return vectors[chosen], rng.permutation(labels[chosen])


def flipped(rng, vectors, labels):
    """Two of ten labels wrong, or three."""
    x, y = four(rng, vectors, labels, 10)
    wrong = rng.integers(2, 4)
    chosen = some(rng, y, wrong, wrong)
    y[chosen] = 1 - y[chosen]
    return x, y


def half(rng, vectors, labels, first=10, second=10):
    """Half of what tells the classes apart taken away."""
    chosen = some(rng, labels, first, second)
    y = labels[chosen]
    return (vectors[chosen] - 0.5 * (y[:, None] - 0.5) * apart(vectors, labels)).astype(np.float32), y


def forty(rng, vectors, labels):
    """Forty features of the 1280."""
    x, y = four(rng, vectors, labels, 15)
    return np.ascontiguousarray(x[:, rng.choice(x.shape[1], 40, replace=False)]), y


def four(rng, vectors, labels, size=4):
    """As they are."""
    chosen = some(rng, labels, size, size)
    return vectors[chosen].copy(), labels[chosen].copy()


def shift(rng, vectors, labels):
    """Labels dealt by lot; all features a little larger or smaller in one class."""
    x, y = nothing(rng, vectors, labels)
    return (x + 0.12 * y[:, None] * vectors.std(axis=0) * rng.choice([-1, 1], x.shape[1])).astype(np.float32), y


def few(rng, vectors, labels):
    """Labels dealt by lot; eight features much larger in one class."""
    x, y = nothing(rng, vectors, labels)
    larger = rng.choice(x.shape[1], 8, replace=False)
    x[:, larger] += (2 * y[:, None] * vectors.std(axis=0)[larger]).astype(np.float32)
    return x, y


def spread(rng, vectors, labels):
    """Labels dealt by lot; the same means, but photos of one class farther from them."""
    x, y = nothing(rng, vectors, labels)
    return (x.mean(axis=0) + (x - x.mean(axis=0)) * (1 + 0.6 * y[:, None])).astype(np.float32), y


COLUMNS = {
    "nothing, 20 a class": nothing,
    "spread, 20 a class": spread,
    "a quarter of labels flipped, 10 a class": flipped,
    "half the signal, 10 a class": half,
    "half the signal, 6 and 24": lambda rng, vectors, labels: half(rng, vectors, labels, 6, 24),
    "40 features, 15 a class": forty,
    "4 a class": four,
    "small shift, 20 a class": shift,
    "few features, 20 a class": few,
}


def p_values(rng, x, y, args):
    """Return the p-value of each statistic: (STATISTICS,)."""
    from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
    from catsex.evaluation.permuting.permutation_test import permutation_test
    from catsex.evaluation.sample import Sample

    sample, seed = Sample(x, y), rng.integers(2**32)
    ours = permutation_test(sample, seed=seed, permutations=args.permutations).p_value
    if args.ours:
        return [ours]
    labellings = np.concatenate([y[None], find_permutation_scheme(sample).photos(rng, args.permutations)]).astype(int)
    accuracy, probability = held_out(rng, x, labellings, min(FOLDS, np.bincount(y).min()))
    centred = (x - x.mean(axis=0)).astype(float)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    far = np.sqrt(np.maximum(np.square(centred[:, None] - centred).sum(axis=2), 0))
    others = (
        accuracy,
        probability,
        areas(rng, x, labellings),
        energy(far, labellings),
        energy(1 - unit @ unit.T, labellings),
    )
    return [ours, *(np.mean(s >= s[0] - 1e-9) for s in others)]


def energy(distances, labellings):
    """Return the energy distance between two classes, for each labelling: (P,).

    Székely, G. J. and Rizzo, M. L. (2013), Energy statistics: a class of statistics based on distances, Journal of
    Statistical Planning and Inference 143, 1249-1272.
    """
    inside = 0
    for label in (0, 1):
        member = (labellings == label).astype(float)
        inside = inside + np.einsum("pt,pt->p", member @ distances, member) / np.maximum(member.sum(axis=1) - 1, 1)
    return distances.sum() - (labellings.shape[1] - 1) * inside


def held_out(rng, x, labellings, folds):
    """Return two balanced means over held-out photos: the share that is right, the probability of the right class."""
    from catsex.evaluation.splits import stratified_folds, training_masks
    from catsex.network.heads import initial_kernels, shuffled_batches, train_logits

    n, d = x.shape
    rows = np.repeat(labellings, REPEATS, axis=0)
    right, likely = np.empty(rows.shape), np.empty(rows.shape)
    batches = shuffled_batches(rng, n, (folds - 1) / folds)
    for start in range(0, len(rows), 400):
        some_rows = rows[start : start + 400]
        fold = stratified_folds(rng, some_rows, np.arange(n), folds)
        train = training_masks(fold, folds)
        kernels = initial_kernels(rng, d, len(train), 2)
        logits = train_logits(x, np.repeat(some_rows, folds, axis=0), train, kernels, batches)[:, :, 0].T
        logits = np.take_along_axis(logits.reshape(-1, folds, n), fold[:, None], axis=1)[:, 0]
        right[start : start + 400] = (logits > 0) == some_rows
        likely[start : start + 400] = 1 / (1 + np.exp(np.where(some_rows == 1, -logits, logits)))
    means = [[(s * (rows == c)).sum(axis=1) / (rows == c).sum(axis=1) for c in (0, 1)] for s in (right, likely)]
    return [np.mean(both, axis=0).reshape(-1, REPEATS).mean(axis=1) for both in means]


def areas(rng, x, labellings):
    """Return the area under the curve of ridge regression's out-of-fold scores, for each labelling."""
    from scipy.stats import rankdata

    from catsex.evaluation import ridge

    scores = np.zeros(labellings.shape)
    for _ in range(10):
        scores += ridge.out_of_fold_scores(x, labellings, rng.permutation(len(x)) % FOLDS, 2)[:, :, 1]
    ranks, ones = rankdata(scores, axis=1), labellings.sum(axis=1)
    return ((ranks * labellings).sum(axis=1) - ones * (ones + 1) / 2) / (ones * (len(x) - ones))


if __name__ == "__main__":
    sys.exit(cli.run(main))
