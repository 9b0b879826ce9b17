"""Does a percentage mean what it says? Models of 20 + 20 photos, asked about all the others.

What tells the classes apart is taken away by three quarters (weak), by half (medium) or not at all (strong). A last
layer is trained on 20 photos of each class and judged by the others, before and after calibration. The expected
calibration error is over all draws, in ten bins of the probability of the predicted class (Naeini, M. P. et al.
(2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI); that of single draws is higher by chance.

For example:

    python benchmarks/calibration.py --data cats_and_dogs/test --draws 25 --seed 5
"""

import sys

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load

SIZE, BINS = 20, 10
TAKEN_AWAY = {"weak": 0.75, "medium": 0.5, "strong": 0.0}


def main():
    """Draw sets, train, calibrate, and compare probabilities with what is right."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=25, help="default: 25")
    args = parser.parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    vectors = features.extract(frozen_part(pretrained.model), photos, cache=args.cache)
    apart = vectors[photos.labels == 1].mean(axis=0) - vectors[photos.labels == 0].mean(axis=0)
    print(f"{args.draws} draws of {SIZE} + {SIZE} of {len(photos)} photos; seed {seed}")
    print("| difference | right | error before | after | over 95 % sure before, right | after, right |")
    print("| --- | --- | --- | --- | --- | --- |")
    results = {"seed": seed, "draws": args.draws, "versions": backend.versions()}
    for name, share in TAKEN_AWAY.items():
        diluted = (vectors - share * (photos.labels[:, None] - 0.5) * apart).astype(np.float32)
        draws = [
            of_draw(np.random.default_rng([seed, number, round(100 * share)]), diluted, photos.labels)
            for number in range(args.draws)
        ]
        before, after, labels = (np.concatenate(part) for part in zip(*draws, strict=True))
        results[name] = found = {
            "right": float(np.mean((before > 0.5) == labels)),
            "error": [error(before, labels), error(after, labels)],
            "sure": [sure(before, labels), sure(after, labels)],
        }
        cells = [f"{share:.1%}, {right:.0%}" if share else "none" for share, right in found["sure"]]
        shown = [f"{found['right']:.1%}", *(f"{one:.3f}" for one in found["error"]), *cells]
        print(f"| {name} | {' | '.join(shown)} |", flush=True)
    files.write_json(args.json, results)


def of_draw(rng, vectors, labels):
    """Return the second class's probability before and after calibration, and the labels, of photos not drawn."""
    from catsex.evaluation.probabilities.calibration import find_scale
    from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits
    from catsex.evaluation.sample import Sample
    from catsex.network.heads import initial_kernels, shuffled_batches, train_logits

    order = np.concatenate([rng.permutation(np.flatnonzero(labels == label))[:SIZE] for label in (0, 1)])
    drawn = np.isin(np.arange(len(labels)), order)
    x, y, n = vectors[drawn], labels[drawn], drawn.sum()
    held_out = out_of_fold_logits(rng, Sample(x, y), folds=5, repeats=10)
    scale = find_scale(held_out, float(np.mean(held_out.argmax(axis=2) == y)), n)
    # The photos drawn come first: a batch holds only them.
    both = np.concatenate([x, vectors[~drawn]]), np.concatenate([y, labels[~drawn]])
    kernel, batches = initial_kernels(rng, x.shape[1], 1, 2), shuffled_batches(rng, n, 1.0)
    logits = train_logits(both[0], both[1][None], (np.arange(len(labels)) < n)[None], kernel, batches)[n:, 0, 0]
    before, after = (1 / (1 + np.exp(-factor * logits.astype(float))) for factor in (1, scale))
    return before, after, labels[~drawn]


def error(probabilities, labels):
    """Return the expected calibration error of the predicted class's probability."""
    likely, right = np.maximum(probabilities, 1 - probabilities), (probabilities > 0.5) == labels
    place = np.minimum((2 * BINS * (likely - 0.5)).astype(int), BINS - 1)
    gaps = [np.abs(np.sum(likely[place == one] - right[place == one])) for one in range(BINS)]
    return float(np.sum(gaps) / len(labels))


def sure(probabilities, labels):
    """Return the share of photos that are called more than 95 % sure, and how many of them are right."""
    chosen = np.maximum(probabilities, 1 - probabilities) > 0.95
    right = (probabilities > 0.5) == labels
    return float(chosen.mean()), float(right[chosen].mean()) if chosen.any() else None


if __name__ == "__main__":
    sys.exit(cli.run(main))
