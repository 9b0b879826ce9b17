"""The numbers of a run as a table: name, value, and what it means."""

from catsex.numerals import percent
from catsex.report import labels

BEST_CANDIDATES = 5  # that are shown; the results hold all


def rows(record):
    """Return the main numbers.

    Parameters
    ----------
    record : dict
        As `redrawing.read` returns it.

    Returns
    -------
    list of (str, str, str)
        Name, value and meaning.
    """
    kinds = {"evaluation": _of_evaluation, "training": _of_training, "sanity check": _of_sanity_check}
    return kinds[record["kind"]](record)


def _of_evaluation(record):
    low, high = record["interval"]
    table = [
        (
            "held-out photos right",
            percent(record["accuracy"]),
            "The share of photos that the network predicts correctly without having been trained on them. Each class "
            "counts the same, however many photos it has.",
        ),
        (
            "95 % interval",
            f"{percent(low)} to {percent(high)}",
            "The range of accuracies on new photos of this kind that agrees with this result.",
        ),
        ("chance", percent(record["chance"]), "The accuracy of guessing without looking at the photos."),
        (
            "p-value",
            f"{record['p_value']:.2g}",
            f"How often chance alone separates the classes as well: {record['as_good']:,} of "
            f"{record['permutations']:,} times that the labels were permuted. (One is added to both, so that it is "
            "never zero.)",
        ),
        (
            "right by chance",
            f"up to {percent(record['detectable_accuracy'])}",
            "What ridge regression gets at most in 95 of 100 permutations of the labels.",
        ),
        ("near-duplicates", f"{len(record['duplicates'])} pairs", "Similar photos, so held out together."),
        *_moments(record),
    ]
    if _grouped(record):
        table.insert(1, ("groups right", percent(record["group_accuracy"]), "By majority vote of their photos."))
    for candidate in _best_candidates(record):
        meaning = f"The accuracy from this alone, without the content of the photos (p = {candidate['p_value']:.2g})."
        table.append((f"from {candidate['name']}", percent(candidate["accuracy"]), meaning))
    return table


def _moments(record):
    """Return the numbers of pairs of one burst and of one video, where there are any."""
    meaning = {
        "bursts": "Taken by one camera within ten seconds, so held out together",
        "frames": "Similar neighbours in a numbered series, so held out together",
    }
    return [
        (name, f"{len(record[name])} pairs", f"{text}; such as {record[name][0][0]} and {record[name][0][1]}.")
        for name, text in meaning.items()
        if record.get(name)
    ]


def _best_candidates(record):
    """Return the few candidate shortcuts with the smallest p-values."""
    return sorted(record["shortcuts"], key=lambda candidate: (candidate["p_value"], -candidate["accuracy"]))[
        :BEST_CANDIDATES
    ]


def _of_training(record):
    history = record["history"]
    meaning = "How many times the network has seen each photo that it was trained on."
    table = [("epochs", f"{len(history['loss']):,}", meaning)]
    for prefix, which in (("", "photos that it was trained on"), ("val_", "photos that it has never seen")):
        if history.get(prefix + "accuracy"):
            accuracy, loss = history[prefix + "accuracy"][-1], history[prefix + "loss"][-1]
            table.append((f"right, of {which}", percent(accuracy), "After the last epoch, and only then."))
            table.append((f"loss on {which}", f"{loss:.3f}", "Cross-entropy; 0 is perfect."))
    if record.get("test_accuracy") is not None and "val_accuracy" not in history:
        table.append(("right, of photos that it has never seen", percent(record["test_accuracy"]), "After training."))
    if "parameters" in record:
        meaning = f"The numbers that make up the network. Only {record['trainable_parameters']:,} of them were trained."
        table.append(("parameters", f"{record['parameters']:,}", meaning))
    return table


def _of_sanity_check(record):
    meaning = "Photos in which the network recognises a cat, without any training on this set."
    return [("recognised as a cat", f"{record['recognised']} of {record['total']}", meaning)]


WORTH_A_LOOK = 10  # photos listed at most


def text(results):
    """Return the results as a person reads them: the sentence first, then the numbers behind it.

    Parameters
    ----------
    results : dict
        As `evaluate` returns them.

    Returns
    -------
    str
    """
    lines = [results["sentence"], *results["remarks"], ""]
    lines += _table(results) + _confusion_lines(results) + _curve_lines(results) + _shortcut_lines(results)
    lines += ["", results["as_they_came"]["sentence"]] if "as_they_came" in results else []
    return "\n".join(lines + _photo_lines(results))


def _table(results):
    """Return the main numbers, a line each."""
    low, high = results["interval"]
    rows = [
        ("held-out photos right", f"{results['accuracy']:.1%}  (95 % interval {low:.1%} to {high:.1%})"),
        ("by chance", f"{results['chance']:.1%}"),
        ("p-value", f"{results['p_value']:.3g}  ({results['permutations']} permutations of the labels)"),
        ("separation", f"{results['observed']:.1f} standard deviations of chance"),
        (
            "with nothing to learn",
            f"{results['null_mean']:.1%} right on average, up to {results['detectable_accuracy']:.1%} in 95 of 100",
        ),
        ("cross-validation", f"{results['folds']} folds, {results['repeats']} times"),
        *_group_rows(results),
    ]
    return [f"{name:<24}{value}" for name, value in rows]


def _grouped(results):
    """Return whether to mention groups: they are known, or near-duplicates are more than an exception."""
    groups = results["groups"]
    return groups["photos"][1] > 1 and (groups["known"] or groups["number"] < 0.8 * len(results["photos"]))


def _group_rows(results):
    """Return what to know about photos that belong together, where there are any."""
    groups = results["groups"]
    if not _grouped(results):
        return []
    smallest, largest = groups["photos"]
    sizes = f"{smallest} photos each" if smallest == largest else f"of {smallest} to {largest} photos"
    return [
        ("groups", f"{groups['number']}, {sizes}; labels permuted {groups['permutation_scheme']}"),
        ("groups right", f"{results['group_accuracy']:.1%}, by majority vote of their photos"),
        ("photos in a fold", "{} to {}, of {} to {} groups".format(*groups["fold_photos"], *groups["fold_groups"])),
    ]


def _confusion_lines(results):
    """Return how often each class was taken for which."""
    names = results["class_names"]
    if len(names) > 12:
        return []
    width = max(9, *(len(name) + 2 for name in names))
    lines = ["", "true class".ljust(width + 4) + "".join(f"{name:>{width}}" for name in names)]
    for name, row in zip(names, results["confusion"], strict=True):
        lines.append(f"{name:<{width + 4}}" + "".join(f"{share:>{width}.0%}" for share in row))
    return lines


def _curve_lines(results):
    """Return the learning curve as bars."""
    what, key = ("groups", "groups_per_class") if _grouped(results) else ("photos", "photos_per_class")
    lines = ["", f"{what} per class to train on, and held-out photos right (± standard deviation over repeats)"]
    for point in results["learning_curve"]:
        bar = "#" * round(40 * point["accuracy"])
        lines.append(f"{point[key]:>6}  {point['accuracy']:>5.0%} ± {100 * point['spread']:>2.0f}  {bar}")
    rising = "still rising: more photos should help" if results["still_rising"] else "not clearly rising any more"
    return [*lines, f"From half of the photos to all of them, it is {rising}."]


def _shortcut_lines(results):
    """Return the accuracies of candidate shortcuts."""
    shown = _best_candidates(results)
    if not shown:
        return []
    left = len(results["shortcuts"]) - len(shown)
    lines = [
        "",
        "without looking at the content of the photos" + (f" (the best of {left + len(shown)})" if left else ""),
    ]
    return lines + [
        f"  {candidate['accuracy']:>4.0%} right, p = {candidate['p_value']:<6.2g} {candidate['name']}"
        for candidate in shown
    ]


def _photo_lines(results):
    """Return the photos worth a look: those mostly misclassified, and near-duplicates."""
    lines = labels.lines(results)
    if results["duplicates"]:
        lines += [
            "",
            f"near-duplicates: {len(results['duplicates'])} pairs, never split between training and held-out photos",
        ]
        lines += [f"  {a} and {b}, cosine {cosine:.3f}" for a, b, cosine in results["duplicates"][:WORTH_A_LOOK]]
    for name, what in (("bursts", "taken within seconds of each other"), ("frames", "neighbouring frames of a video")):
        if results.get(name):
            lines += ["", f"{what}: {len(results[name])} pairs, never split between training and held-out photos"]
            lines += [f"  {a} and {b}" for a, b in results[name][:WORTH_A_LOOK]]
            lines += ["  if each of them shows another subject, as under a copy stand, pass --near-duplicates off"]
    return lines
