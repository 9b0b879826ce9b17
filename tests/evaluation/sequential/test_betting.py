import itertools

import numpy as np
import pytest

from catsex.evaluation.sequential.betting import STEEPNESS, Bettor


def made_up(seed, labels, apart, d=20):
    """Features of photos of classes so far apart."""
    labels = np.array(list(labels))
    directions = np.eye(d)[np.unique(labels, return_inverse=True)[1]]
    return np.random.default_rng(seed).normal(size=(len(labels), d)) + apart * directions


def after(vectors, labels, groups=None, **options):
    """Return a bettor that has seen photos."""
    bettor = Bettor(len(set(labels)), **options)
    for name, (vector, label) in enumerate(zip(vectors, labels, strict=True)):
        bettor.add(name, vector, label, None if groups is None else groups[name])
    return bettor


def test_the_first_pair_is_no_bet_and_a_right_second_one_wins_what_its_stake_says():
    bettor = after([[0.0], [1.0], [0.1], [1.2]], "abab")
    assert [one.guesses for one in bettor.rounds] == [0, 1] and bettor.rounds[1].right == 1
    expected = 2 / (1 + np.exp(-STEEPNESS / 4))  # one round seen, of which the stakes are a quarter
    np.testing.assert_allclose(bettor.rounds[1].gains, expected)
    np.testing.assert_allclose(bettor.capital, [1, 1, expected.mean()])
    assert bettor.p_value == pytest.approx(1 / expected.mean())
    wrong = after([[0.0], [1.0], [1.2], [0.1]], "abab")
    np.testing.assert_allclose(wrong.rounds[1].gains, 2 - expected)
    assert wrong.rounds[1].right == 0 and wrong.p_value == 1


@pytest.mark.parametrize(
    ("labels", "size"),
    [
        ("abbaabba", 2),
        ("aaaabbbb", 2),
        ("abccbaabcbca", 3),
        ("abcddcbabcad", 4),
        ("abaabaaab", 3),
        ("baaaabaaaabaaaab", 4),
        ("abcaabcaaabcaab", 4),
    ],
)
def test_a_round_is_a_fair_game_whatever_came_before(labels, size):
    vectors = made_up(1, labels, 2)
    last = after(vectors, labels).rounds[-1]
    assert len(last.photos) == size and last.guesses == len(set(labels)) - 1
    gains = []
    for order in itertools.permutations(last.photos):
        exchanged = vectors.copy()
        exchanged[last.photos] = vectors[list(order)]
        gains.append(after(exchanged, labels).rounds[-1].gains)
    assert np.std(gains, axis=0).min() > 0.01
    np.testing.assert_allclose(np.mean(gains, axis=0), 1)


def test_bets_do_not_know_photos_that_wait_nor_what_classes_are_called():
    labels = "aabbaaabbbab"
    vectors = made_up(2, labels, 1)
    bettor = after(vectors, labels)
    renamed = after(vectors, ["z" if label == "a" else "b" for label in labels])
    assert renamed.rounds == bettor.rounds
    more = after(np.concatenate([vectors, 9 + vectors[:3]]), labels + "aaa")
    assert more.rounds == bettor.rounds


def test_with_nothing_to_learn_few_capitals_ever_reach_20_and_with_much_nearly_all():
    labels = "ab" * 20
    null = [after(made_up(seed, labels, 0), labels).capital.max() for seed in range(300)]
    assert 1 / 300 < np.mean(np.array(null) >= 20) <= 0.05
    plain = [after(made_up(seed, labels, 4), labels).capital for seed in range(20)]
    assert np.mean([capital[:11].max() >= 20 for capital in plain]) >= 0.9


def test_an_unequal_set_is_bet_on_by_several_of_the_frequent_class():
    labels = "baaaa" * 6
    few = after(made_up(3, labels, 4), labels)
    assert max(len(one.photos) for one in few.rounds) >= 4
    assert few.capital.max() > 2**5  # what five pairs could win at most


def test_a_photo_of_a_known_subject_is_not_bet_on_but_known():
    labels, groups = "ababaabb", [1, 2, 3, 4, 1, 5, 4, 6]
    bettor = after(made_up(4, labels, 2), labels, groups)
    assert [one.photos for one in bettor.rounds] == [[1, 0], [3, 2], [7, 5]]
    assert {photo.name for photo in bettor.known} == set(range(8))


def test_a_subject_of_each_class_is_a_pair_but_two_of_three_photos_of_one_are_no_bet():
    before_and_after = after(made_up(5, "abab", 2), "abab", [1, 1, 2, 2])
    assert [one.guesses for one in before_and_after.rounds] == [0, 1]
    three = after(made_up(5, "abcabcabc", 2), "abcabcabc", [1, 2, 3, 4, 4, 5, 6, 7, 8])
    assert [one.guesses for one in three.rounds] == [0, 0, 2]
    assert three.rounds[1].gains == [1, 1, 1]


def test_what_was_bet_stays_bet_and_goes_on_as_if_nothing_had_been_between():
    labels = "abbaabbaab"
    vectors = made_up(6, labels, 1)
    whole, half = after(vectors, labels), after(vectors[:6], labels[:6])
    resumed = after(vectors, labels, rounds=half.rounds, seen=half.seen)
    assert resumed.rounds[:3] == whole.rounds[:3]
    np.testing.assert_allclose(resumed.capital, whole.capital)
    moved = after(vectors, "b" + labels[1:], rounds=half.rounds, seen=half.seen)
    assert moved.rounds[:3] == whole.rounds[:3] and len(moved.rounds) == 5
    assert all(0 not in one.photos for one in moved.rounds[3:])


def test_photos_that_are_all_the_same_change_nothing():
    bettor = after(np.ones((8, 3)), "abababab")
    assert bettor.capital.tolist() == [1] * 5 and bettor.p_value == 1
    assert [one.right for one in bettor.rounds] == [0] * 4
