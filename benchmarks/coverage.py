"""How often does the 95 % interval of scripts/evaluate.py hold the true accuracy?

The truth is known where the photos are made up: features drawn anew for each set, of two classes whose means lie some
way apart, in 300 directions that vary as unequally as a network's features do. The true accuracy of the tested
procedure is the mean, over hundreds of other sets of four fifths of the size, of what a head trained on one of them
gets right of thousands of new photos. With groups, five photos share seven tenths of their variance.

For example:

    python benchmarks/coverage.py --draws 400
"""

import sys

import numpy as np

from catsex import backend, cli, files

DIRECTIONS, SHARED = 300, 0.7
SIZES, SIGNALS, GROUPS = (8, 20, 50), (0.0, 0.5, 1.0, 2.0), (1, 5)
REPEATS, PERMUTATIONS, FOLDS, LEARNING_RATE = 10, 40, 5, 0.005  # as far from the start as with 1280 features


def main():
    """Draw sets, and count how often the interval holds the truth."""
    parser = cli.parser(__doc__, "seed", "json")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=400, help="default: 400")
    parser.add_argument("--only", metavar="SIZE", type=cli.whole_number(2, 10**6), help="groups per class, default all")
    args = parser.parse_args()
    seed = backend.start_keras(args.seed)
    rng, results = np.random.default_rng(seed), []
    print(f"how often the interval holds the accuracy, of {args.draws} sets; seed {seed}")
    print("groups a class, photos a group, signal: true accuracy of 4/5, of all; by bootstrap alone, widened, of all")
    for size in [args.only] if args.only else SIZES:
        for photos in GROUPS:
            for signal in SIGNALS:
                truth, of_all = (true_accuracy(rng, round(size * share), photos, signal) for share in (0.8, 1))
                found = np.array([intervals(rng, size, photos, signal) for _ in range(args.draws)])  # (draws, 2, 2)
                held = [np.mean((found[:, way, 0] <= truth) & (truth <= found[:, way, 1])) for way in (0, 1)]
                held.append(np.mean((found[:, 1, 0] <= of_all) & (of_all <= found[:, 1, 1])))
                width = np.ptp(found, axis=2).mean(axis=0)
                print(
                    f"{size:>4}{photos:>4}{signal:>6}:  {truth:.3f} {of_all:.3f};  "
                    f"{held[0]:.3f} {held[1]:.3f} {held[2]:.3f}  width {width[0]:.2f} {width[1]:.2f}",
                    flush=True,
                )
                results.append([size, photos, signal, truth, of_all, *map(float, held)])
    files.write_json(args.json, {"seed": seed, "draws": args.draws, "versions": backend.versions(), "rows": results})


def draw(rng, size, photos, signal):
    """Draw features (n, DIRECTIONS), labels and groups of `size` groups of each class."""
    spread = 2 / np.sqrt(1 + np.arange(DIRECTIONS))
    group = np.repeat(np.arange(2 * size), photos)
    own, shared = (rng.normal(0, 1, (n, DIRECTIONS)) for n in (len(group), 2 * size))
    noise = own if photos == 1 else np.sqrt(SHARED) * shared[group] + np.sqrt(1 - SHARED) * own
    labels = group // size
    direction = signal * 0.3 * (-1.0) ** np.arange(DIRECTIONS) * (np.arange(DIRECTIONS) < 30)
    return (spread * (noise + direction * (labels[:, None] - 0.5))).astype(np.float32), labels, group


def true_accuracy(rng, size, photos, signal, heads=400, pool=2000):
    """Return the mean accuracy on new photos of heads trained on `size` groups of each class."""
    from catsex.network.heads import initial_kernels, shuffled_batches, train_heads

    if not signal:
        return 0.5
    features, labels, group = draw(rng, pool // photos, photos, signal)
    train = np.zeros((heads, len(labels)), bool)
    for head in range(heads):
        chosen = [rng.choice(np.unique(group[labels == label]), size, replace=False) for label in (0, 1)]
        train[head] = np.isin(group, chosen)
    kernels = initial_kernels(rng, DIRECTIONS, heads, 2)
    batches = shuffled_batches(rng, len(labels), 2 * size * photos / len(labels))
    answers = train_heads(features, np.tile(labels, (heads, 1)), train, kernels, batches, learning_rate=LEARNING_RATE)
    return float(np.mean([(answers == labels)[head, ~train[head]].mean() for head in range(heads)]))


def intervals(rng, size, photos, signal):
    """Return the interval for one set by the bootstrap alone, and as evaluate widens it."""
    from catsex.evaluation import cross_validation, metrics

    features, labels, group = draw(rng, size, photos, signal)
    options = {
        "classes": 2,
        "folds": FOLDS,
        "repeats": REPEATS,
        "permutations": PERMUTATIONS,
        "learning_rate": LEARNING_RATE,
    }
    answers, null, _ = cross_validation.permutation_test(rng, features, labels, group, **options)
    return [
        metrics.interval(rng, answers, labels, group, 2),
        metrics.interval(rng, answers, labels, group, 2, null_sd=null.std()),
    ]


if __name__ == "__main__":
    sys.exit(cli.run(main))
