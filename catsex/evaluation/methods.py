"""The methods as a paragraph for a paper, with references. The page in `web/` reads the same sentences."""

from collections import Counter
from importlib.resources import files

from catsex import backend
from catsex.constants import BATCH_SIZE, EPOCHS
from catsex.sentences import sentences_of

say = sentences_of("methods")


def describe(results, *, seed, learning_rate, features, network=None, standardised=False, software=None):
    """Describe an evaluation in the past tense.

    Parameters
    ----------
    results : dict
        As `protocol.evaluate_sample` returns it.
    seed : int
    learning_rate : float
    features : int
        How many features a photo has.
    network : str, optional
        What has given the features of photos; by default they are rows of any origin.
    standardised : bool
        Whether they were brought to a mean of 0 and a standard deviation of 1.
    software : str, optional
        What has computed it; by default this package, with the versions of what it needs.

    Returns
    -------
    paragraph, references : str
        The second in BibTeX, a blank line between entries.
    """
    sentences = [
        _data(results, features, network),
        *([say("standardised")] if standardised else []),
        say("training.ridge")
        if results.get("learner") == "ridge regression"
        else say("training", epochs=EPOCHS, rate=f"{learning_rate:.3g}", batch=BATCH_SIZE),
        *_cross_validation(results),
        *_test(results),
        _result(results),
        say("software", seed=seed, software=software or _software()),
    ]
    text = " ".join(sentences)
    entries = files(__package__).joinpath("references.bib").read_text(encoding="utf-8").strip().split("\n\n")
    used = [entry for entry in entries if f"[{_key(entry)}]" in text]
    for entry in used:
        text = text.replace(f"[{_key(entry)}]", f"({say(f'cited.{_key(entry)}')})")
    return text, "\n\n".join(used)


def _key(entry):
    """Return the key of an entry of a bibliography: `@kind{key,`."""
    return entry[entry.index("{") + 1 : entry.index(",")]


def _data(results, features, network):
    """Describe the data."""
    counts = Counter(photo["class"] for photo in results["photos"])
    classes = ", ".join(f"{counts[name]} {name}" for name in results["class_names"])
    groups = results["groups"]
    subjects = say("subjects", number=groups["number"]) if groups["known"] else ""
    keys = {None: "observations", "MobileNetV2": "photographs"}  # of which the one was trained on ImageNet
    said = {"number": len(results["photos"]), "subjects": subjects, "classes": classes, "features": features}
    return say(keys.get(network, "photographs.other"), network=network, **said)


def _cross_validation(results):
    """Describe the cross-validation and its accuracy."""
    by = say("by subject") if results["groups"]["known"] else ""
    pairs = len(results["duplicates"])
    moments = len(results.get("bursts", ())) + len(results.get("frames", ()))
    return [
        say("cross-validation", folds=results["folds"], repeats=results["repeats"], by=by),
        *([say("alike", number=pairs)] if pairs else []),
        *([say("moments", number=moments)] if moments else []),
        say("statistic"),
    ]


def _test(results):
    """Describe the permutation test."""
    grouped = results["groups"]["number"] < len(results["photos"])
    return [
        say("test", observed=f"{results['observed']:.1f}", made=f"{results['permutations']:,}"),
        *([say("permuted", how=results["groups"]["permutation_scheme"])] if grouped else []),
    ]


def _result(results):
    """State the result."""
    low, high = results["interval"]
    shares = {"accuracy": results["accuracy"], "chance": results["chance"], "low": low, "high": high}
    shares |= {"mean": results["null_mean"], "deviation": results["null_sd"]}
    unit = "subjects" if results["groups"]["known"] else "examples"
    percentages = {name: f"{100 * share:.1f}" for name, share in shares.items()}
    return say("result", unit=unit, p=f"{results['p_value']:.3g}", **percentages)


def _software():
    """Name the software and its versions."""
    versions = backend.versions()
    others = ", ".join(f"{name} {version}" for name, version in versions.items() if name not in ("catsex", "python"))
    return f"catsex {versions['catsex']} with {others}"
