"""Are wrong labels found? None, 5, 10 and 20 % are planted; beside it cleanlab.

Sets of 50 photos a class, or of other --sizes, are drawn from photos in two folders, or, for folders of individuals
(--subjects), from the photos of individuals that are dealt to classes by lot. Needs cleanlab: pip install cleanlab. It
gets what it asks for, out-of-fold probabilities, of last layers trained as the tutorial's is; and those that
scripts/evaluate.py goes by.

For example:

    python benchmarks/wrong_labels.py --data cats_and_dogs/test --draws 20 --seed 3
    python benchmarks/wrong_labels.py --data cats_and_dogs/test --weaker 0.5 --draws 20 --seed 3
    python benchmarks/wrong_labels.py --data cats_and_dogs/test --sizes 90 15 --draws 20 --seed 3
    python benchmarks/wrong_labels.py --data orl_faces --subjects --classes 4 --draws 20 --seed 3
"""

import sys

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load
from catsex.errors import CatsexError

SIZE, SHARES = 50, (0.0, 0.05, 0.1, 0.2)
WAYS = ("cleanlab", "cleanlab, the same probabilities", "evaluate.py")


def main():
    """Plant wrong labels, and count which of them are listed."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--subjects", action="store_true", help="folders are individuals, dealt to classes by lot")
    parser.add_argument("--classes", type=cli.whole_number(2, 100), default=2, help="dealt to; default: 2")
    parser.add_argument("--sizes", type=cli.whole_number(1, 10**6), nargs="+", help="photos a class; default: 50 each")
    parser.add_argument("--weaker", type=float, default=0.0, help="share of what tells classes apart to take away")
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
    drawn = f"{args.draws} draws of {args.sizes or SIZE} a class of {len(photos)}; seed {seed}"
    print(f"{drawn}; recall, precision (of none: listed)")
    print(f"| planted | {' | '.join(WAYS)} | said to be wrong of those listed | were | draws |\n| ---{' | ---' * 6} |")
    results = {"seed": seed, "draws": args.draws, "versions": backend.versions()}
    for share in SHARES:
        draws = []
        for number in range(args.draws):
            rng = np.random.default_rng([seed, number, round(100 * share)])
            draws.append(of_draw(rng, *of_classes(rng, vectors, photos.labels, args), share, find_label_issues))
        counts = np.array([[one[name] for name in WAYS] for one in draws]).sum(axis=0)  # (3, 3)
        cells = [f"{hits / max(1, planted):.2f}, {hits / max(1, listed):.2f}" for hits, planted, listed in counts]
        told = [one for one in draws if one["expected"] is not None]
        said = sum(one["expected"] for one in told) / max(1, len(told))
        were = sum(one[WAYS[2]][0] for one in told) / max(1, len(told))
        shown = (f"{said:.1f}", f"{were:.1f}", f"{len(told)}") if told else ("", "", "0")
        most = [f"{listed / len(draws):.1f}" for _, _, listed in counts]
        print(f"| {share:.0%} | {' | '.join(cells if share else most)} | {' | '.join(shown)} |", flush=True)
        results[f"{share:.0%}"] = {"counts": counts.tolist(), "said": said, "were": were, "told": len(told)}
    files.write_json(args.json, results)


def of_classes(rng, vectors, labels, args):
    """Return features and classes of `--sizes` photos of each class."""
    kinds = (rng.permutation(labels.max() + 1) % args.classes)[labels] if args.subjects else labels
    each = range(kinds.max() + 1)
    sizes = zip(each, args.sizes or [SIZE] * len(each), strict=True)
    chosen = np.concatenate([rng.choice(np.flatnonzero(kinds == kind), size, replace=False) for kind, size in sizes])
    middles = np.array([vectors[kinds == kind].mean(axis=0) for kind in each])
    less = args.weaker * (middles - middles.mean(axis=0))[kinds[chosen]]
    return (vectors[chosen] - less).astype(np.float32), kinds[chosen]


def of_draw(rng, x, right, share, find_label_issues):
    """Return for each way how many planted labels are listed, were planted, and how many labels are listed."""
    from catsex.evaluation.probabilities import wrong_labels
    from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits, softmax
    from catsex.evaluation.sample import Sample

    classes = right.max() + 1
    planted = np.zeros(len(right), bool)
    planted[rng.choice(len(right), round(share * len(right)), replace=False)] = True
    given = np.where(planted, (right + rng.integers(1, classes, len(right))) % classes, right)
    sample, first = Sample(x, given), np.random.default_rng(rng.integers(2**32))
    found = wrong_labels.find(rng, sample)
    issues = [softmax(out_of_fold_logits(first, sample, folds=5, repeats=10)).mean(axis=0), found.probabilities]
    listed = [find_label_issues(given, one) for one in issues] + [np.isin(np.arange(len(sample)), found.listed)]
    each = zip(WAYS, listed, strict=True)
    counts = {name: (int((one & planted).sum()), int(planted.sum()), int(one.sum())) for name, one in each}
    return counts | {"expected": found.expected}


if __name__ == "__main__":
    sys.exit(cli.run(main))
