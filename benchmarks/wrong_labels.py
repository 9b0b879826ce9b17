"""Are wrong labels found? None, 5, 10 and 20 % are planted; beside it cleanlab, on the same out-of-fold probabilities.

Sets of 50 + 50 are drawn from photos in two folders, or, for folders of individuals (--subjects), from the photos of
individuals that are dealt to two classes by lot. Needs cleanlab: pip install cleanlab. "Before" is what
scripts/evaluate.py listed earlier: photos that were wrong in more than half of the repeats.

For example:

    python benchmarks/wrong_labels.py --data cats_and_dogs/test --draws 20 --seed 3
    python benchmarks/wrong_labels.py --data orl_faces --subjects --draws 20 --seed 3
"""

import sys

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load
from catsex.errors import CatsexError

SIZE, SHARES = 50, (0.0, 0.05, 0.1, 0.2)
WAYS = ("before", "cleanlab", "evaluate.py")


def main():
    """Plant wrong labels, and count which of them are listed."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--subjects", action="store_true", help="folders are individuals, dealt to two classes by lot")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=20, help="default: 20")
    args = parser.parse_args()
    try:
        from cleanlab.filter import find_label_issues
    except ImportError as error:
        raise CatsexError("cleanlab is not installed: pip install cleanlab") from error
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    vectors = features.extract(frozen_part(pretrained.model), photos, cache=args.cache)
    print(f"{args.draws} draws of {SIZE} + {SIZE} of {len(photos)} photos; seed {seed}; recall, precision")
    print(f"| planted | {' | '.join(WAYS)} | said to be wrong of those listed | were |")
    print("| --- | --- | --- | --- | --- | --- |")
    results = {"seed": seed, "draws": args.draws, "versions": backend.versions()}
    for share in SHARES:
        draws = []
        for number in range(args.draws):
            rng = np.random.default_rng([seed, number, round(100 * share)])
            draws.append(of_draw(rng, vectors, photos.labels, share, find_label_issues, args.subjects))
        counts = np.array([[one[name] for name in WAYS] for one in draws]).sum(axis=0)  # (3, 3)
        cells = [f"{hits / max(1, planted):.2f}, {hits / max(1, listed):.2f}" for hits, planted, listed in counts]
        told = [one for one in draws if one["expected"] is not None]
        said = sum(one["expected"] for one in told) / max(1, sum(one[WAYS[2]][2] for one in told))
        were = sum(one[WAYS[2]][0] for one in told) / max(1, sum(one[WAYS[2]][2] for one in told))
        shown = (f"{said:.2f}", f"{were:.2f}") if told else ("nothing", "")
        print(f"| {share:.0%} | {' | '.join(cells)} | {' | '.join(shown)} |", flush=True)
        results[f"{share:.0%}"] = {"counts": counts.tolist(), "said": said, "were": were, "told": len(told)}
    files.write_json(args.json, results)


def of_draw(rng, vectors, labels, share, find_label_issues, subjects):
    """Return for each way how many planted labels are listed, were planted, and how many labels are listed."""
    from catsex.evaluation.probabilities import wrong_labels
    from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits, softmax
    from catsex.evaluation.sample import Sample

    kinds = (rng.permutation(labels.max() + 1) % 2)[labels] if subjects else labels
    chosen = np.concatenate([rng.choice(np.flatnonzero(kinds == kind), SIZE, replace=False) for kind in (0, 1)])
    x, right = vectors[chosen], kinds[chosen]
    planted = np.zeros(len(right), bool)
    planted[rng.choice(len(right), round(share * len(right)), replace=False)] = True
    given, first = np.where(planted, 1 - right, right), rng.integers(2**32)
    sample, options = Sample(x, given), {"folds": 5, "repeats": 10}
    logits = out_of_fold_logits(np.random.default_rng(first), sample, **options)
    found = wrong_labels.find(np.random.default_rng(first), sample, **options)  # begins with the same logits
    listed = {
        "before": np.mean(logits.argmax(axis=2) == given, axis=0) < 0.5,
        "cleanlab": find_label_issues(given, softmax(logits).mean(axis=0)),
        "evaluate.py": np.isin(np.arange(len(sample)), found.listed),
    }
    counts = {name: (int((one & planted).sum()), int(planted.sum()), int(one.sum())) for name, one in listed.items()}
    return counts | {"expected": found.expected}


if __name__ == "__main__":
    sys.exit(cli.run(main))
