"""Can it be learned from features of any kind?"""

from dataclasses import replace

import numpy as np

from catsex.evaluation.asked import ask
from catsex.evaluation.grouping.alike import OFF, Alike, find_alike_rows
from catsex.evaluation.grouping.near_duplicates import how_alike
from catsex.evaluation.photo_rows import Told, digests_of
from catsex.evaluation.protocol import evaluate_sample
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming.blocks import mean_of, row_blocks
from catsex.network.on_disk.rows import RowsOnDisk

FEW = 9  # features, for which a learning rate of 0.3 suits; for 1280 it is 0.002, near the tutorial's


def evaluate_vectors(sample, **options):
    """Evaluate whether classes can be told apart by features of any kind.

    Each feature is brought to a mean of 0 and a standard deviation of 1 beforehand, which no label has a part in, and
    the learning rate goes by their number.

    Parameters
    ----------
    sample : Sample
        With features of any finite numbers.
    **options
        As `evaluate_sample` takes them.

    Returns
    -------
    dict
        As `evaluate_sample` returns it.
    """
    X = sample.features
    X = X if X.dtype.kind in "fiub" else X.astype(np.float64)
    sample, learning_rate = replace(sample, features=standardised(X)), 0.3 * min(1, FEW / X.shape[1])
    return evaluate_sample(sample, learning_rate=learning_rate, standardised=True, **options)


def standardised(X):
    """Bring each feature to a mean of 0 and a standard deviation of 1, some rows at a time: (n, d), float32."""
    blocks = row_blocks(X)
    mean = mean_of(X, blocks)
    spread = np.sqrt(sum(np.square(X[rows] - mean).sum(axis=0) for rows in blocks) / len(X))
    spread[spread == 0] = 1
    if isinstance(X, RowsOnDisk):
        return X.turned(mean, spread)
    result = np.empty(X.shape, np.float32)
    for rows in blocks:
        result[rows] = (X[rows] - mean) / spread
    return result


def evaluate_table(table, *, near_duplicates=None, remember=False, **options):
    """Evaluate whether classes can be told apart by a table of features.

    What scripts/extract.py has written gives what its photos give, but for the shortcuts, for which one has to see the
    photos.

    Parameters
    ----------
    table : feature_tables.FeatureTable
    near_duplicates : float or "off", optional
        As `alike.find_alike` takes it; by default, of features that are not MobileNetV2's, copies of one file, bursts
        and frames.
    remember : bool
        Whether to count how often these photos are asked about, as `protocol.evaluate` does.
    **options
        As `evaluate_sample` takes them.

    Returns
    -------
    dict
        As `protocol.evaluate` returns it.
    """
    options |= {"entries": table.entries, "alike": alike_in_table(table, near_duplicates)}
    sample = Sample.of(table, table.features, table.groups)
    if table.network == "unknown":
        results = evaluate_vectors(sample, **options)
    else:
        results = evaluate_sample(sample, network=table.network, **options)
    known = remember and all("sha256" in entry for entry in table.entries)
    results["asked"], remarks = ask(table.entries, options["seed"], results) if known else ([], [])
    results["remarks"] += remarks
    return results


def alike_in_table(table, near_duplicates=None):
    """Return which rows of a table show the same again, as `alike.find_alike` does of photos."""
    if near_duplicates == OFF:
        return Alike()
    paths = Told(table.entries, "path") if "path" in table.entries[0] else None
    threshold = near_duplicates or how_alike(table.network)
    return find_alike_rows(table.features, digests_of(table.entries), table.labels, table.taken, paths, threshold)
