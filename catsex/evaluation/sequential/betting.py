"""A bettor whose capital is evidence of learning, valid however often one looks.

Photos come one after the other. As soon as a new one of each class is there, ridge regression on the earlier photos
guesses which of them is of which class, and a bettor stakes part of the capital on that. If the classes do not differ,
the guess is a fair coin, whatever came before. So the capital, which starts at 1, ever reaches 20 with a probability of
at most 1 / 20, whenever one stops: Ville, J. (1939), Étude critique de la notion de collectif; Shafer, G. (2021),
Testing by betting, JRSS A 184, 407-431; for classifiers, Podkopaev, A. and Ramdas, A. (2023), Sequential predictive
two-sample and independence testing, NeurIPS 36.
"""

from collections import deque
from typing import Any, NamedTuple

import numpy as np

# Chosen on cats and dogs (`benchmarks/as_they_came.py --choose`), and reported on other photos.
STEEPNESS = np.array([1.0, 2.0, 4.0])  # of three bettors, from cautious to bold; the capital is their mean
PENALTY = 0.1  # of ridge regression, as a share of a photo's mean squared distance from the middle of them
SEEN_FOR_HALF = 3  # rounds after which bettors stake half of what they will stake at last
GROWTH = 1.05  # times as many known photos, after which ridge regression learns anew
MOST_KNOWN = 1000  # photos, after which it has learned enough
TIE = 1e-6  # of what candidates' scores usually differ by


class Round(NamedTuple):
    """A new photo of each class, of the most frequent one perhaps several, and what came of the bets on them.

    Attributes
    ----------
    photos : list
        What they are called, in the order of the guesses.
    gains : list of float, shape (3,)
        What the capital of each bettor was multiplied by; 1 where nothing could be bet.
    guesses, right : int
        One guess fewer than classes; none if nothing was known yet.
    chance : float
        How many guesses are right on average if there is nothing to learn.
    spread : float
        The sum over the guesses of the mean squared difference between two candidates' scores.
    """

    photos: list
    gains: list
    guesses: int = 0
    right: int = 0
    chance: float = 0.0
    spread: float = 0.0


class _Photo(NamedTuple):
    name: Any
    vector: np.ndarray
    label: Any
    group: Any


class Bettor:
    """Bets on photos as they come.

    The game is fair because a bet depends only on what is already known and on which photos are new, not on which of
    them has come for which class. It stays fair whatever the classes' names, numbers and order are.

    Parameters
    ----------
    classes : int, 2 or more
    rounds : list of Round, optional
        What was bet earlier, which stays bet.
    seen : set, optional
        The names of all photos that were known after those rounds: they are never bet on again.
    """

    def __init__(self, classes, rounds=(), seen=()):
        self.rounds, self.seen, self.known = list(rounds), set(seen), []
        self._classes, self._groups = classes, set()  # of known photos
        self._waiting, self._since = {}, {}  # by class, as they come: photos; how many since there was one of each
        self._weights, self._learned_from = None, 0
        self._guesses, self._spread = (sum(getattr(one, name) for one in self.rounds) for name in ("guesses", "spread"))

    @property
    def capital(self):
        """The capital after each round, 1 before the first: ndarray, shape (rounds + 1,)."""
        gains = np.array([one.gains for one in self.rounds]).reshape(-1, len(STEEPNESS))
        return np.concatenate([[1.0], np.cumprod(gains, axis=0).mean(axis=1)])

    @property
    def p_value(self):
        """An upper bound on how often the capital ever gets so high if there is nothing to learn."""
        return float(1 / self.capital.max())

    def add(self, name, vector, label, group=None):
        """Take a new photo, and bet as soon as there is one of each class.

        Parameters
        ----------
        name : hashable
        vector : ndarray, shape (d,)
            Its features.
        label : hashable
            Its class.
        group : hashable, optional
            Photos with the same one show the same subject. The first is bet on; the others join what is known.
        """
        photo = _Photo(name, vector, label, name if group is None else group)
        all_there = len(self._waiting) == self._classes
        waiting = self._waiting.setdefault(label, deque())
        self._since[label] = self._since.get(label, 0) + all_there
        if name in self.seen:
            self._know(photo)
            return
        waiting.append(photo)
        while (photos := self._next_round()) is not None:
            self._settle(*photos)

    def _next_round(self):
        """Return the photos of a round in the order of the guesses, and those to be known after it; None if not yet."""
        for waiting in self._waiting.values():
            while waiting and waiting[0].group in self._groups:
                self._know(waiting.popleft())
        if len(self._waiting) < self._classes or not all(self._waiting.values()):
            return None
        most = max(self._since, key=self._since.__getitem__)
        order = [label for label in self._waiting if label != most] + [most]
        chosen, aside = [self._waiting[label].popleft() for label in order], []
        groups = {photo.group for photo in chosen}
        several = (self._since[most] + 1) // (min(self._since.values()) + 1)  # of the most frequent class
        extra = several - 1 if self.rounds and len(groups) == len(chosen) else 0
        while self._waiting[most] and extra > 0:
            photo = self._waiting[most].popleft()
            if photo.group in self._groups | groups:
                aside.append(photo)
            else:
                groups.add(photo.group)
                chosen.append(photo)
                extra -= 1
        return chosen, aside

    def _settle(self, chosen, aside):
        """Bet on which photo is of which class; then all of them are known."""
        names = [photo.name for photo in chosen]
        subjects = len({photo.group for photo in chosen})
        fair = subjects in (1, len(chosen))  # of three photos, two of one subject would give themselves away
        if self.known and fair:
            self.rounds.append(self._bet(names, chosen))
        else:
            self.rounds.append(Round(names, [1.0] * len(STEEPNESS)))
        for photo in chosen + aside:
            self._know(photo)

    def _bet(self, names, photos):
        """Guess for one class after the other which of the photos that are left is of it."""
        labels = [photo.label for photo in photos]
        column = {label: position for position, label in enumerate(self._waiting)}
        scores = np.array([photo.vector for photo in photos], np.float64) @ self._learn(column)  # (m, classes)
        steepness = STEEPNESS[:, None] * len(self.rounds) / (len(self.rounds) + SEEN_FOR_HALF)
        gains, right, chance, before = np.ones(len(STEEPNESS)), 0, 0.0, self._spread
        for place in range(self._classes - 1):
            its, *others = dict.fromkeys(column[label] for label in labels[place:])
            claims = scores[place:, its] - scores[place:][:, others].mean(axis=1)  # the first one's is the true one
            self._guesses += 1
            self._spread += 2 * float(claims.var(ddof=1))
            usual = np.sqrt(self._spread / self._guesses)
            claims = (claims - claims.max()) / usual if usual > 0 else np.zeros(len(claims))
            odds = np.exp(steepness * claims)
            gains *= len(claims) * odds[:, 0] / odds.sum(axis=1)
            right += bool(claims[0] > claims[1:].max() + TIE)
            chance += 1 / len(claims)
        return Round(names, gains.tolist(), self._classes - 1, right, chance, self._spread - before)

    def _learn(self, column):
        """Return the weights of ridge regression on the known photos, a column for each class: (d, classes)."""
        if len(self.known) >= GROWTH * self._learned_from and self._learned_from < MOST_KNOWN:
            known = self.known[:MOST_KNOWN]
            vectors = np.array([photo.vector for photo in known], np.float64)
            vectors -= vectors.mean(axis=0)
            targets = np.eye(self._classes)[[column[photo.label] for photo in known]]
            products = vectors @ vectors.T
            scale = np.trace(products) / len(known) or 1.0
            products[np.diag_indices(len(known))] += PENALTY * scale
            self._weights = vectors.T @ np.linalg.solve(products, targets - targets.mean(axis=0))
            self._learned_from = len(self.known)
        return self._weights

    def _know(self, photo):
        """Add a photo to the known ones."""
        self.known.append(photo)
        self.seen.add(photo.name)
        self._groups.add(photo.group)
