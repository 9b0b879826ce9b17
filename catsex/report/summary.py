"""The numbers of a run as a table: name, value, and what it means."""

from catsex.numerals import percent
from catsex.report import labels
from catsex.sentences import sentences_of

say, number = sentences_of("summary"), sentences_of("numbers")

BEST_CANDIDATES = 5  # that are shown; the results hold all
WORTH_A_LOOK = 10  # photos listed at most


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
    low, high = map(percent, record["interval"])
    counts = {"as_good": record["as_good"], "permutations": record["permutations"]}
    table = [
        _number("accuracy", percent(record["accuracy"])),
        _number("interval", number("interval.value", low=low, high=high)),
        _number("chance", percent(record["chance"])),
        _number("p", f"{record['p_value']:.2g}", **counts),
        _number("by chance", number("by chance.value", share=percent(record["detectable_accuracy"]))),
        _number("duplicates", number("pairs", number=len(record["duplicates"]))),
        *_moments(record),
    ]
    if _grouped(record):
        table.insert(1, _number("groups", percent(record["group_accuracy"])))
    for candidate in _best_candidates(record):
        shown = {"name": candidate["name"], "p": candidate["p_value"]}
        table.append(_number("candidate", percent(candidate["accuracy"]), **shown))
    return table


def _number(key, value, **shown):
    """Return a row: the name of a number, the number, and what it means."""
    return number(key, **shown), value, number(f"{key}.means", **shown)


def _moments(record):
    """Return the rows about bursts and frames of a video, where there are any."""
    found = {key: record[key] for key in ("bursts", "frames") if record.get(key)}
    return [
        _number(key, number("pairs", number=len(pairs)), first=pairs[0][0], second=pairs[0][1])
        for key, pairs in found.items()
    ]


def _best_candidates(record):
    """Return the few candidate shortcuts with the smallest p-values."""
    return sorted(record["shortcuts"], key=lambda candidate: (candidate["p_value"], -candidate["accuracy"]))[
        :BEST_CANDIDATES
    ]


def _of_training(record):
    history = record["history"]
    table = [_number("epochs", f"{len(history['loss']):,}")]
    for prefix, which in (("", "trained on"), ("val_", "never seen")):
        if history.get(prefix + "accuracy"):
            accuracy, loss = history[prefix + "accuracy"][-1], history[prefix + "loss"][-1]
            table.append((number(f"right.{which}"), percent(accuracy), number("right.means")))
            table.append((number(f"loss.{which}"), f"{loss:.3f}", number("loss.means")))
    if record.get("test_accuracy") is not None and "val_accuracy" not in history:
        table.append((number("right.never seen"), percent(record["test_accuracy"]), number("right.after training")))
    if "parameters" in record:
        table.append(_number("parameters", f"{record['parameters']:,}", trainable=record["trainable_parameters"]))
    return table


def _of_sanity_check(record):
    return [_number("cats", number("cats.value", recognised=record["recognised"], total=record["total"]))]


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
        _row("accuracy", accuracy=results["accuracy"], low=low, high=high),
        (say("chance"), f"{results['chance']:.1%}"),
        _row("p", p=results["p_value"], permutations=results["permutations"]),
        _row("separation", observed=results["observed"]),
        _row("nothing to learn", mean=results["null_mean"], most=results["detectable_accuracy"]),
        _row("cross-validation", folds=results["folds"], repeats=results["repeats"]),
        *_group_rows(results),
    ]
    return [f"{name:<24}{value}" for name, value in rows]


def _row(key, **shown):
    """Return the name of a number, and its text."""
    return say(key), say(f"{key}.value", **shown)


def _grouped(results):
    """Return whether to mention groups: they are known, or near-duplicates are more than an exception."""
    groups = results["groups"]
    return groups["photos"][1] > 1 and (groups["known"] or groups["number"] < 0.8 * len(results["photos"]))


def _group_rows(results):
    """Return the rows about groups of photos, where there are any."""
    groups = results["groups"]
    if not _grouped(results):
        return []
    least, most = groups["photos"]
    sizes = {"number": groups["number"], "least": least, "most": most, "scheme": groups["permutation_scheme"]}
    fold = dict(zip(("least", "most"), groups["fold_photos"], strict=True))
    fold |= dict(zip(("fewest_groups", "most_groups"), groups["fold_groups"], strict=True))
    return [
        (say("groups"), say("groups.value.equal" if least == most else "groups.value", **sizes)),
        _row("groups right", accuracy=results["group_accuracy"]),
        _row("fold", **fold),
    ]


def _confusion_lines(results):
    """Return how often each class was taken for which."""
    names = results["class_names"]
    if len(names) > 12:
        return []
    width = max(9, *(len(name) + 2 for name in names))
    lines = ["", say("confusion").ljust(width + 4) + "".join(f"{name:>{width}}" for name in names)]
    for name, row in zip(names, results["confusion"], strict=True):
        lines.append(f"{name:<{width + 4}}" + "".join(f"{share:>{width}.0%}" for share in row))
    return lines


def _curve_lines(results):
    """Return the learning curve as bars."""
    what, key = ("groups", "groups_per_class") if _grouped(results) else ("photos", "photos_per_class")
    lines = ["", say(f"curve.{what}")]
    for point in results["learning_curve"]:
        bar = "#" * round(40 * point["accuracy"])
        lines.append(f"{point[key]:>6}  {point['accuracy']:>5.0%} ± {100 * point['spread']:>2.0f}  {bar}")
    return [*lines, say("curve.rising" if results["still_rising"] else "curve.level")]


def _shortcut_lines(results):
    """Return the accuracies of candidate shortcuts."""
    shown, number_of_all = _best_candidates(results), len(results["shortcuts"])
    if not shown:
        return []
    head = say("shortcuts.best", number=number_of_all) if number_of_all > len(shown) else say("shortcuts")
    return ["", head] + [
        "  " + say("shortcut", accuracy=candidate["accuracy"], p=candidate["p_value"], name=candidate["name"])
        for candidate in shown
    ]


def _photo_lines(results):
    """Return the photos worth a look: those mostly misclassified, and near-duplicates."""
    lines = labels.lines(results)
    if duplicates := results["duplicates"]:
        lines += ["", say("duplicates", number=len(duplicates))]
        lines += [
            "  " + say("duplicate", first=a, second=b, cosine=cosine) for a, b, cosine in duplicates[:WORTH_A_LOOK]
        ]
    for key in ("bursts", "frames"):
        if pairs := results.get(key):
            lines += ["", say(key, number=len(pairs))]
            lines += ["  " + say("pair", first=a, second=b) for a, b in pairs[:WORTH_A_LOOK]]
            lines.append("  " + say("pair.other"))
    return lines
