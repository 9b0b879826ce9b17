"""How long does fine-tuning the last block take, the plain way and ours?

The plain way fits the whole network: each photo runs through all its layers in every epoch. Ours runs the frozen
layers once and trains what lies above the cut; losses and accuracies are the same. Both train the last layer for 20
epochs, then the last block for as many more at a hundredth of the learning rate. Ways take turns, each with a network
of its own.

For example:

    python benchmarks/fine_tuning.py --data data/cats
"""

import sys
import time

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load_photos

LAST_BLOCK = "block_16_expand"


def main():
    """Time both ways, and say how far their numbers are apart."""
    parser = cli.parser(__doc__, "data", "reading", "weights", "seed", "json")
    parser.add_argument("--runs", type=cli.whole_number(1, 100), default=3, help="of each way (default: 3)")
    parser.add_argument("--epochs", type=cli.whole_number(1, 1000), default=20, help="of each phase (default: 20)")
    args = parser.parse_args()
    photos = load_photos(args.data, **cli.photo_options(args)).as_one_set()
    seed = backend.start_keras(args.seed)
    from catsex.photos import preprocess

    data = np.stack([preprocess(photos.read(position)) for position in range(len(photos))])  # read by both beforehand
    seconds, losses = {"plain": [], "ours": []}, {}
    for _ in range(args.runs):
        for way, spent in seconds.items():
            started, losses[way] = fine_tune(way, data, photos, args.weights, seed, args.epochs)
            spent.append([now - then for now, then in zip(clocks(), started, strict=True)])
    apart = float(np.abs(np.subtract(losses["plain"], losses["ours"])).max())
    plain, ours = (np.median(spent, axis=0) for spent in seconds.values())
    print(f"{photos.headline}; {args.epochs} + {args.epochs} epochs; medians of {args.runs}; seed {seed}")
    for what, one, other in zip(("by the clock", "of all processors"), plain, ours, strict=True):
        print(f"seconds {what}: the plain way {one:.1f}, ours {other:.1f}, ratio {other / one:.2f}")
    print(f"losses at most {apart:.1e} apart")
    results = {"seed": seed, "versions": backend.versions(), "seconds": seconds, "apart": apart}
    files.write_json(args.json, results)


def clocks():
    """Return the time by the clock and that of all processors, which other programs do not change, in seconds."""
    return time.perf_counter(), time.process_time()


def fine_tune(way, data, photos, weights, seed, epochs):
    """Train the head, then the last block; return when the training began, and the losses of all epochs."""
    import keras

    from catsex import network, pretrained
    from catsex.network.cutting import unfreeze

    keras.utils.set_random_seed(seed)
    model = network.attach_classifier(pretrained.load_mobilenet(weights).model, classes=len(photos.class_names))
    started, losses = clocks(), []
    for rate in (0.001, 0.00001):
        if rate < 0.001:
            unfreeze(model, LAST_BLOCK)
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        if way == "plain":
            losses += model.fit(data, photos.labels, epochs=epochs, verbose=0).history["loss"]
        else:
            losses += quietly(network.fit, model, data, photos.labels, epochs=epochs, cache=False)["loss"]
    return started, losses


def quietly(function, *arguments, **options):
    """Call a function without what it prints."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()):
        return function(*arguments, **options)


if __name__ == "__main__":
    sys.exit(cli.run(main))
