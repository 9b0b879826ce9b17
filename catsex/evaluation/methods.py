"""What was done, as a paragraph for a paper, and the sources that it names."""

from importlib.resources import files

from catsex import backend
from catsex.evaluation.cross_validation import by_ridge
from catsex.network.training import BATCH_SIZE, EPOCHS

NAMES = {
    "sandler2018": "Sandler et al., 2018",
    "deng2009": "Deng et al., 2009",
    "kingma2015": "Kingma and Ba, 2015",
    "hoerl1970": "Hoerl and Kennard, 1970",
    "ojala2010": "Ojala and Garriga, 2010",
    "besag1991": "Besag and Clifford, 1991",
    "winkler2015": "Winkler et al., 2015",
    "agresti1998": "Agresti and Coull, 1998",
    "szekely2013": "Székely and Rizzo, 2013",
}


def describe(results, *, seed, asked, learning_rate, features, photos=True):
    """Describe an evaluation in the past tense.

    Parameters
    ----------
    results : dict
        As `protocol.evaluate_features` returns it.
    seed : int
    asked : int
        How many permutations were asked for.
    learning_rate : float
    features : int
        How many features a photo has.
    photos : bool
        Whether the features are MobileNetV2's of photos; else rows of any origin.

    Returns
    -------
    paragraph, references : str
        The second in BibTeX, a blank line between entries.
    """
    sentences = [
        _data(results, features, photos),
        _training(learning_rate),
        _cross_validation(results),
        _luck(results, asked),
        _result(results),
        f"Whether the classes differ at all was tested by the energy distance [szekely2013]; "
        f"p = {results['difference']['p_value']:.2g}.",
        f"Random numbers were drawn with seed {seed}; {_software()}.",
    ]
    text = " ".join(sentences)
    entries = files(__package__).joinpath("references.bib").read_text(encoding="utf-8").strip().split("\n\n")
    used = [entry for entry in entries if f"[{_key(entry)}]" in text]
    for entry in used:
        text = text.replace(f"[{_key(entry)}]", f"({NAMES[_key(entry)]})")
    return text, "\n\n".join(used)


def _key(entry):
    """Return what an entry of a bibliography is called: `@kind{key,`."""
    return entry[entry.index("{") + 1 : entry.index(",")]


def _data(results, features, photos):
    """Say what there was."""
    counts = [sum(one["class"] == name for one in results["photos"]) for name in results["class_names"]]
    listed = ", ".join(f"{count} {name}" for count, name in zip(counts, results["class_names"], strict=True))
    groups = results["groups"]
    of = f" of {groups['number']} subjects" if groups["known"] else ""
    if not photos:
        return (
            f"{len(results['photos'])} observations{of} ({listed}) were described by {features} standardised features."
        )
    return (
        f"{len(results['photos'])} photographs{of} ({listed}) were passed once through MobileNetV2 [sandler2018], "
        f"trained on ImageNet [deng2009], without its last layer, which gave {features} features of each."
    )


def _training(learning_rate):
    """Say what was trained."""
    return (
        f"A new last layer with softmax was trained on them for {EPOCHS} epochs by Adam [kingma2015] with a learning "
        f"rate of {learning_rate:.3g} and about {BATCH_SIZE} examples a batch; nothing else was trained, and no "
        "choice was made on held-out data."
    )


def _cross_validation(results):
    """Say what was held out, and what was counted."""
    groups = results["groups"]
    together = " by subject" if groups["known"] else ""
    alike = (
        f"{len(results['duplicates'])} pairs of near-duplicates were never separated. " if results["duplicates"] else ""
    )
    return (
        f"It was evaluated by {results['folds']}-fold cross-validation, stratified by class and held out{together}, "
        f"repeated {results['repeats']} times with new folds. {alike}The statistic was the mean over classes of the "
        "share of held-out examples that were right after the last epoch."
    )


def _luck(results, asked):
    """Say what the result was compared with."""
    n, made = len(results["photos"]), results["permutations"]
    what = (
        "the accuracy of ridge regression [hoerl1970] on the same features"
        if by_ridge(n, len(results["class_names"]))
        else "the same statistic"
    )
    grouped = results["groups"]["number"] < n
    how = f" Labels were exchanged {results['groups']['exchange']} [winkler2015]." if grouped else ""
    stopped = (
        f" The permutations ended after {made:,} of {asked:,}, as soon as 100 had done as well [besag1991]."
        if made < asked
        else ""
    )
    return f"It was compared with {what} under {made:,} random permutations of the labels [ojala2010].{how}{stopped}"


def _result(results):
    """Say what was found."""
    low, high = (100 * end for end in results["interval"])
    unit = "subjects" if results["groups"]["known"] else "examples"
    return (
        f"Accuracy was {100 * results['accuracy']:.1f} % (chance {100 * results['chance']:.1f} %; 95 % interval "
        f"{low:.1f} to {high:.1f} %, by bootstrap over {unit} with pseudo-observations [agresti1998], "
        "widened where needed to the standard deviation under permutation, scaled from chance to this "
        "accuracy as a binomial's; p = "
        f"{results['p_value']:.3g}; under permutation {100 * results['null_mean']:.1f} % on average, standard "
        f"deviation {100 * results['null_sd']:.1f} percentage points)."
    )


def _software():
    """Name the software and its versions."""
    versions = backend.versions()
    others = ", ".join(f"{name} {version}" for name, version in versions.items() if name not in ("catsex", "python"))
    return f"software: catsex {versions['catsex']} with {others}"
