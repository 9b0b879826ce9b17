"""Heads trained per second: ours and scikit-learn's permutation test, in turns on the same features.

scikit-learn is not a dependency of this project: pip install scikit-learn first.

For example:

    python benchmarks/heads.py
"""

import statistics
import sys
import time

import numpy as np

from catsex import backend, cli
from catsex.datasets import load

RUNS, FOLDS = 5, 5


def main():
    """Time both, alternating, and print the ratio of their medians."""
    args = cli.parser(__doc__, "data", "weights", "seed", "cache").parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, permutation_test_score

    from catsex.evaluation import cross_validation
    from catsex.evaluation.sample import Sample
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    vectors = features.extract(frozen_part(pretrained.model), photos.paths, cache=args.cache)
    labels = photos.labels

    def theirs(permutations=20):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        model = LogisticRegression(max_iter=1000)
        permutation_test_score(model, vectors, labels, cv=folds, n_permutations=permutations, random_state=seed)
        return FOLDS * (1 + permutations)

    def ours(labellings=400):
        rng = np.random.default_rng(seed)
        shuffled = rng.permuted(np.tile(labels, (labellings, 1)), axis=1)
        cross_validation.out_of_fold(rng, Sample(vectors, labels), shuffled, folds=FOLDS)
        return FOLDS * labellings

    ours(10)  # compiles
    rates = {theirs: [], ours: []}
    for _ in range(RUNS):
        for way, seen in rates.items():
            started = time.perf_counter()
            seen.append(way() / (time.perf_counter() - started))
    plain, fast = (statistics.median(rates[way]) for way in (theirs, ours))
    print(f"scikit-learn {plain:,.0f} heads a second, ours {fast:,.0f}: {fast / plain:.1f} times as many")


if __name__ == "__main__":
    sys.exit(cli.run(main))
