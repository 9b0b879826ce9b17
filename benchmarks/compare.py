"""How often does scripts/compare.py say "better", with nothing to learn and with something?

With --shuffled, the labels of a set are shuffled, so that no configuration can be better than another: "better" of some
pair ought to be said of at most 5 % of the sets. With --draws, so many photos of each class are drawn from a larger set
again and again, and the configurations are compared on each draw.

For example:

    python benchmarks/compare.py --data data/cats --shuffled 300 --with head --with ridge --with size=160
    python benchmarks/compare.py --data cats_dogs/train --draws 20 --each 20 --with head --with fine-tune
"""

import functools
import itertools
import sys

import numpy as np

from catsex import backend, cli, evaluation, files
from catsex.api.networks import load_network
from catsex.datasets import load_photos

SETS_AT_ONCE = 50


def main():
    """Count how often configurations are said to differ, and by how much they do."""
    parser = cli.parser(__doc__, "data", "reading", "weights", "seed", "json")
    parser.add_argument("--with", dest="configurations", metavar="CONFIGURATION", action="append", required=True)
    parser.add_argument("--shuffled", type=cli.whole_number(1, 10**6), help="how many sets with shuffled labels")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=20, help="or so many draws (default: 20)")
    parser.add_argument("--each", type=cli.whole_number(4, 10**6), default=20, help="of each class (default: 20)")
    parser.add_argument("--repeats", type=cli.whole_number(1, 1000), default=5, help="default: 5")
    args = parser.parse_args()
    configurations = evaluation.parse_configurations(args.configurations)
    photos = load_photos(args.data, **cli.photo_options(args)).as_one_set()
    seed = backend.start_keras(args.seed)
    rng = np.random.default_rng(seed)

    @functools.cache
    def load(name, size):
        return load_network(name or "MobileNetV2", size, None if name else args.weights)

    print(f"{photos.headline}; seed {seed}; {args.repeats} repeats")
    if args.shuffled:
        if any(configuration.method not in ("head", "ridge") for configuration in configurations):
            parser.error("with --shuffled, configurations are heads and ridge regressions, of any network and size")
        said, apart = shuffled(rng, photos, configurations, load, args.shuffled, args.repeats)
        pairs, sets = said.mean(axis=0), said.any(axis=1)
        print(f'"better" of some pair: {sets.sum()} of {len(said)} sets, {sets.mean():.1%}')
        print(f"of each pair, corrected for their number: {', '.join(f'{share:.1%}' for share in pairs)}")
        wider = ", ".join(f"{deviation:.2f}" for deviation in np.nanstd(apart, axis=0))
        print(f"deviation of each pair's difference, of independent photos 1: {wider}")
        files.write_json(args.json, {"seed": seed, "versions": backend.versions(), "said": said.tolist()})
        return
    found = []
    for number in range(args.draws):
        chosen = photos.subset(drawn(rng, photos.labels, args.each))
        results = evaluation.compare(chosen, configurations, load, seed=seed + number, repeats=args.repeats)
        found.append(
            {key: results[key] for key in ("configurations", "pairs", "best", "best_accuracy", "corrected_accuracy")}
        )
        print(f"{number + 1}: {results['sentence']}", file=sys.stderr, flush=True)
        files.write_json(args.json, {"seed": seed, "versions": backend.versions(), "found": found})
    print("\n".join(summary(found)))


def shuffled(rng, photos, configurations, load, sets, repeats, folds=5):
    """Compare on sets with shuffled labels: which pairs are said to differ, and by how many deviations.

    Both have the shape (sets, pairs); the deviations are those of photos that are right independently of each other.
    """
    from catsex.evaluation import metrics
    from catsex.evaluation.comparing import out_of_fold, paired
    from catsex.evaluation.grouping.join import join
    from catsex.evaluation.sample import Sample
    from catsex.evaluation.splits import stratified_folds

    sources = {s.source: out_of_fold.Source(photos, functools.partial(load, *s.source), True) for s in configurations}
    groups, classes = join(len(photos), [], photos.groups), len(photos.class_names)
    pairs = list(itertools.combinations(range(len(configurations)), 2))
    said, apart = [], []
    for start in range(0, sets, SETS_AT_ONCE):
        labels = rng.permuted(np.tile(photos.labels, (min(SETS_AT_ONCE, sets - start), 1)), axis=1)
        rows = np.repeat(labels, repeats, axis=0)  # (sets * repeats, n)
        fold = stratified_folds(rng, rows, groups, folds)
        seed, predictions = rng.integers(2**32), []
        for configuration in configurations:
            features = sources[configuration.source].features
            if configuration.method == "ridge":
                predictions.append(out_of_fold.ridge_predictions(features, rows, fold, classes))
            else:
                one = np.random.default_rng(seed)  # the same for all configurations, as in a comparison
                predictions.append(out_of_fold.head_predictions(one, features, rows, fold, folds, classes))
        right = (np.stack(predictions) == rows).reshape(len(configurations), -1, repeats, len(photos)).mean(axis=2)
        for one, labelling in enumerate(labels):
            sample = Sample(None, labelling, groups, class_names=range(classes))
            p_values = paired.p_values(rng, right[:, one], sample, pairs)
            said.append([p_value < paired.LEVEL for p_value in paired.holm(p_values)])
            differences = np.stack([right[second, one] - right[first, one] for first, second in pairs])
            means, variances = metrics.mean_and_variance(differences, sample)
            apart.append(np.where(variances > 0, means / np.sqrt(np.maximum(variances, 1e-12)), np.nan))
    return np.array(said), np.array(apart)


def drawn(rng, labels, number):
    """Return a mask of `number` photos of each class, drawn at random."""
    chosen = [rng.choice(np.flatnonzero(labels == label), number, replace=False) for label in np.unique(labels)]
    return np.isin(np.arange(len(labels)), np.concatenate(chosen))


def summary(found):
    """Return what was found in lines of text."""
    differing = np.array([[pair["differ"] for pair in one["pairs"]] for one in found])
    said, sets = int(differing.any(axis=1).sum()), len(found)
    lines = [f'"better" of some pair: {said} of {sets} sets, {said / sets:.1%}']
    for number, pair in enumerate(found[0]["pairs"]):
        apart = 100 * np.array([one["pairs"][number]["difference"] for one in found])
        lines.append(
            f"{pair['second']} minus {pair['first']}: {apart.mean():+.1f} points on average, standard deviation "
            f"{apart.std():.1f}; said to differ in {differing[:, number].sum()}"
        )
    for number, configuration in enumerate(found[0]["configurations"]):
        right, spent = ([one["configurations"][number][key] for one in found] for key in ("accuracy", "seconds"))
        lines.append(f"{configuration['name']}: {np.mean(right):.1%} on average, {np.median(spent):.1f} s")
    own, corrected = (np.mean([one[key] for one in found]) for key in ("best_accuracy", "corrected_accuracy"))
    return [*lines, f"the best by its own score {own:.1%}, corrected {corrected:.1%}"]


if __name__ == "__main__":
    sys.exit(cli.run(main))
