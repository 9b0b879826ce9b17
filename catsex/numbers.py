"""The numbers of a run as a table for people: what it is, how much, and what that means."""


def rows(record):
    """Return the main numbers.

    Parameters
    ----------
    record : dict
        As `records.read` returns it.

    Returns
    -------
    list of (str, str, str)
        Name, value and meaning.
    """
    if "verdict" in record:
        return _of_evaluation(record)
    return _of_training(record) if "history" in record else _of_sanity_check(record)


def _of_evaluation(record):
    low, high = record["interval"]
    as_good = round(record["p_value"] * (1 + record["permutations"])) - 1
    table = [
        (
            "held-out photos right",
            _percent(record["accuracy"]),
            "Photos that the network was not allowed to learn from. Each class counts the same, however many photos it "
            "has.",
        ),
        (
            "95 % interval",
            f"{_percent(low)} to {_percent(high)}",
            "Another set of photos of this kind would give a somewhat different result. This is roughly how different.",
        ),
        ("guessing", _percent(record["chance"]), "What somebody gets who has not looked at the photos."),
        (
            "p-value",
            f"{record['p_value']:.2g}",
            f"How often luck alone does as well: {as_good:,} of {record['permutations']:,} times that the labels were "
            "shuffled. (One is added to both, so that it is never zero.)",
        ),
        (
            "needed to be told from luck",
            f"more than {_percent(record['detectable_accuracy'])}",
            "With this many photos, anything below could well be luck.",
        ),
        ("near-duplicates", f"{len(record['duplicates'])} pairs", "Photos so alike that they were held out together."),
    ]
    for baseline in record["shortcuts"]:
        meaning = f"What one gets without looking at what is in the photos (p = {baseline['p_value']:.2g})."
        table.append((f"from {baseline['features']}", _percent(baseline["accuracy"]), meaning))
    return table


def _of_training(record):
    history = record["history"]
    meaning = "How many times the network has seen each photo that it was trained on."
    table = [("epochs", f"{len(history['loss']):,}", meaning)]
    for prefix, which in (("", "photos that it was trained on"), ("val_", "photos that it has never seen")):
        if history.get(prefix + "accuracy"):
            accuracy, loss = history[prefix + "accuracy"][-1], history[prefix + "loss"][-1]
            table.append((f"right, of {which}", _percent(accuracy), "After the last epoch, and only then."))
            table.append((f"loss on {which}", f"{loss:.3f}", "How wrong and how sure it is; 0 is perfect."))
    if record.get("test_accuracy") is not None and "val_accuracy" not in history:
        table.append(("right, of photos that it has never seen", _percent(record["test_accuracy"]), "After training."))
    if "parameters" in record:
        meaning = f"The numbers that make up the network. Only {record['trainable_parameters']:,} of them were trained."
        table.append(("parameters", f"{record['parameters']:,}", meaning))
    return table


def _of_sanity_check(record):
    meaning = "Photos that the network, which was never told of this set, finds to show a cat."
    return [("recognised as a cat", f"{record['recognised']} of {record['total']}", meaning)]


def _percent(share):
    """Write a share as a whole percentage."""
    return f"{100 * share:.0f} %"
