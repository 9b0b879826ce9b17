"""Who cries wolf? What the readers of other tools would conclude, where there is nothing to learn and where there is.

All recipes (benchmarks/peers_recipes.py) get the same features of the same photos. The rule by which a reader
concludes that the photos can be told apart was fixed beforehand: an accuracy of 60 % or more where chance is 50 %; of
70 % or more for a stricter reader, in brackets; for what gives a p-value, p < 0.05 (0.01). What the tools are not told
by their recipe, they do not know: which photos show the same individual, unless the row says so.

Photos of cats and dogs, each by itself: labels dealt by lot (20 + 20); two or three of ten labels wrong (10 + 10); half
of the signal taken away (10 + 10). Several photos of each individual: 5 photos of each of 20 persons or antelopes, a
label dealt to each individual; the same with all features of one class shifted by 0.1 standard deviations. Slow recipes
see fewer sets. Tools that are not installed are named: pip install scikit-learn Orange3 fastai "autogluon.tabular[all]"

For example:

    python benchmarks/peers.py --data cats_and_dogs/test --people orl_faces --animals nyala --sets 200
"""

import multiprocessing
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from groups import draw, individuals
from peers_recipes import RECIPES
from sensitivity import flipped, half, nothing

from catsex import backend, cli, files
from catsex.datasets import load

LEVELS = {"accuracy": (0.6, 0.7), "p": (0.05, 0.01)}
OTHERS = 0.25  # as many sets in which there is something to learn as of nothing
PLANTED = 0.1  # standard deviations of each feature between the classes
SINGLE = {"nothing, 20 + 20": nothing, "a quarter flipped, 10 + 10": flipped, "half the signal, 10 + 10": half}
GROUPED = {"nothing, 20 individuals": 0.0, "a shift, 20 individuals": PLANTED}


def main():
    """Deal the same sets to every recipe, and count what their readers would conclude."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--people", metavar="FOLDER", required=True, help="20 individuals or more, with 5 photos each")
    parser.add_argument("--animals", metavar="FOLDER", required=True, help="20 individuals or more, with 5 photos each")
    parser.add_argument(
        "--sets",
        type=cli.whole_number(1, 10**6),
        default=200,
        help="of nothing; a quarter as many of others; default: 200",
    )
    parser.add_argument("--only", nargs="+", choices=[*RECIPES], metavar="RECIPE", default=[*RECIPES])
    args = parser.parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    network = frozen_part(pretrained.model)
    cats = features.extract(network, photos, cache=args.cache), photos.labels
    groups = []
    for folder in (args.people, args.animals):
        paths, who = individuals(folder)
        groups.append((features.extract(network, paths, cache=args.cache), who))

    print(
        f"{args.sets} sets of nothing, a quarter as many of others; seed {seed}; concluded by the rule (the stricter)"
    )
    print(f"| recipe | {' | '.join([*SINGLE, *GROUPED])} | sets of nothing | seconds a set |")
    print(f"|{' --- |' * (len(SINGLE) + len(GROUPED) + 3)}")
    results = {"seed": seed, "sets": args.sets, "versions": backend.versions(), "recipes": {}}
    for name in args.only:
        # In a process of its own: PyTorch and TensorFlow do not get on in one.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            results["recipes"] |= pool.submit(of_recipe, name, cats, groups, seed, args.sets).result()
        files.write_json(args.json, results)


def of_recipe(name, cats, groups, seed, sets):
    """Run a recipe on all of its sets, print its rows, and return what was shown: {row: {situation: values}}."""
    recipe, grouped_only, share = RECIPES[name]
    warnings.simplefilter("ignore")
    shown, seconds = {}, []
    for place, situation in enumerate([*SINGLE, *GROUPED]):
        if situation in SINGLE and grouped_only:
            continue
        count = round(sets * share * (1 if "nothing" in situation else OTHERS))
        for number in range(max(1, count)):
            x, y, who = set_of(situation, np.random.default_rng([seed, place, number]), cats, groups[number % 2])
            started = time.perf_counter()
            try:
                found = recipe(np.random.default_rng([seed, place, number, 1]), x, y, who)
            except ImportError as error:
                print(f"| {name} | not installed: {error} |", flush=True)
                return {}
            seconds.append(time.perf_counter() - started)
            for row, value in found.items():
                shown.setdefault(row, {}).setdefault(situation, []).append(value)
    many = round(sets * share)
    for row, found in shown.items():
        cells = [cell(row, found.get(situation)) for situation in [*SINGLE, *GROUPED]]
        print(f"| {row} | {' | '.join(cells)} | {many} | {np.median(seconds):.2f} |", flush=True)
    return shown


def set_of(situation, rng, cats, group):
    """Draw a set: features, labels, and the number of each photo's individual."""
    if situation in SINGLE:
        x, y = SINGLE[situation](rng, *cats)
        return x, y, np.arange(len(y))
    vectors, who = group
    chosen, individual = draw(rng, who, [5] * 20)
    y, x = rng.permutation(np.arange(20) % 2)[individual], vectors[chosen]
    direction = rng.choice([-1, 1], x.shape[1]) * vectors.std(axis=0)
    return (x + GROUPED[situation] * y[:, None] * direction).astype(np.float32), y, individual


def cell(row, values):
    """Return the share of sets in which a reader would conclude that the photos can be told apart, by both rules."""
    if values is None:
        return ""
    values = np.array(values)
    if row.startswith("catsex") or "permutation" in row:
        shares = [np.mean(values < level) for level in LEVELS["p"]]
    else:
        shares = [np.mean(values >= level - 1e-9) for level in LEVELS["accuracy"]]
    return f"{shares[0]:.0%} ({shares[1]:.0%})"


if __name__ == "__main__":
    sys.exit(cli.run(main))
