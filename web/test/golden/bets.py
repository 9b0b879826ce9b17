"""Golden bets: photos as they come, and what a bettor has after each."""

import numpy as np

from catsex.evaluation.sequential.betting import Bettor

# The classes of photos in the order in which they come, and each photo's subject where somebody has said it.
SETS = {
    "pairs": ("abbaabbaaabbabab" * 3, None),
    "all of one class first": ("a" * 12 + "b" * 12, None),
    "unequal": ("abbbbabbbbabbbbabbbbabbbb", None),
    "three classes": ("abcacbbacbcacbaabccba" * 2, None),
    "of subjects": ("aabbaabbaabbaabbaabb", "112233445566778899xx"),
    "a subject in each class": ("abababababab", "112233445566"),
}


def bets():
    """Return what a bettor has after each photo, and the rounds."""
    cases = []
    for name, (labels, subjects) in SETS.items():
        rng = np.random.default_rng(len(labels))
        features = rng.integers(-20, 20, (len(labels), 6)).astype(float)
        features[:, 0] += 12 * np.array([ord(label) for label in labels])
        bettor, capital = Bettor(len(set(labels))), []
        for i, label in enumerate(labels):
            bettor.add(i, features[i], label, subjects and subjects[i])
            capital.append(bettor.capital[-1])
        given = {"name": name, "features": features, "labels": list(labels), "subjects": subjects and list(subjects)}
        rounds = [one._asdict() for one in bettor.rounds]
        cases.append(given | {"capital": capital, "rounds": rounds, "p_value": bettor.p_value})
    return cases
