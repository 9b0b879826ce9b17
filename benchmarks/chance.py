"""How often does each habit claim that a network learned something when there is nothing to learn?

The labels of the tutorial's cats are shuffled, so that whatever accuracy a network reaches on photos that it has
not seen is chance. Then the network is trained on 30 photos and validated on 10, as the tutorial does it, and the
final epoch is read, or the best one. With --evaluate, the same is asked of scripts/evaluate.py's p-value.

For example:

    python benchmarks/chance.py
    python benchmarks/chance.py --evaluate 200
"""

import sys

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load

CLAIMS = (0.7, 0.8)


def main():
    """Count the false claims of both habits, and of the permutation test."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=2000, help="default: 2000")
    parser.add_argument("--evaluate", type=cli.whole_number(0, 10**6), default=0, help="default: 0")
    args = parser.parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    vectors = features.extract(frozen_part(pretrained.model), photos.paths, cache=args.cache)
    rng = np.random.default_rng(seed)

    print(f"{photos.headline}; labels shuffled {args.draws} times; seed {seed}")
    accuracy = validation_accuracies(rng, vectors, photos.labels, args.draws)  # (epochs, draws)
    results = {"draws": args.draws}
    for claim in CLAIMS:
        final, best = (values >= claim - 1e-9 for values in (accuracy[-1], accuracy.max(axis=0)))
        print(
            f"claims {claim:.0%} or better: final epoch in {final.mean():.1%} of draws, best epoch in {best.mean():.1%}"
        )
        results[f"{claim:.0%}"] = {"final_epoch": float(final.mean()), "best_epoch": float(best.mean())}
    if args.evaluate:
        p_values = shuffled_p_values(rng, vectors, photos.labels, args.evaluate)
        for level in (0.05, 0.01):
            print(f"evaluate: p < {level} in {np.mean(p_values < level):.1%} of {args.evaluate} draws")
        results["p_values"] = p_values.tolist()
    common = {"data": photos.name, "weights": pretrained.source, "seed": seed, "versions": backend.versions()}
    files.write_json(args.json, common | results)


def validation_accuracies(rng, vectors, labels, draws, epochs=20):
    """Return the accuracy on the photos held out, after each epoch, for shuffled labels, shape (epochs, draws)."""
    from catsex.evaluation.splits import stratified_folds
    from catsex.network.heads import initial_kernels, shuffled_batches, train_heads

    n, d = vectors.shape
    shuffled = rng.permuted(np.tile(labels, (draws, 1)), axis=1)
    held_out = stratified_folds(rng, shuffled, np.arange(n), 4) == 0  # a quarter of each class
    kernels = initial_kernels(rng, d, draws, labels.max() + 1)
    batches = shuffled_batches(rng, n, 0.75, epochs=epochs)
    steps = len(batches) // epochs
    accuracies = []
    for epoch in range(1, epochs + 1):  # the same training each time, stopped later each time
        predictions = train_heads(vectors, shuffled, ~held_out, kernels, batches[: epoch * steps])
        accuracies.append(((predictions == shuffled) & held_out).sum(axis=1) / held_out.sum(axis=1))
    return np.array(accuracies)


def shuffled_p_values(rng, vectors, labels, draws, permutations=999):
    """Return the permutation test's p-value for shuffled labels, shape (draws,)."""
    from catsex.evaluation.permuting.permutation_test import permutation_test
    from catsex.evaluation.sample import Sample

    found = [
        permutation_test(Sample(vectors, rng.permutation(labels)), seed=seed, permutations=permutations).p_value
        for seed in range(draws)
    ]
    return np.array(found)


if __name__ == "__main__":
    sys.exit(cli.run(main))
