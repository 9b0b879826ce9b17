"""Which is which? Bets on each new photo by a network that has seen only the earlier ones."""

from catsex.evaluation.grouping.alike import find_alike
from catsex.evaluation.sample import Sample
from catsex.evaluation.sequential.arrival import BY_ITSELF, arrival
from catsex.evaluation.sequential.betting import Bettor
from catsex.evaluation.sequential.log import Log, photo_keys, read_log, write_log
from catsex.evaluation.vectors import alike_in_table, standardised
from catsex.sentences import sentences_of

say = sentences_of("arrival")

EVIDENCE = 20  # times the capital, which chance reaches in one of twenty sets


def as_they_came(photos, features, column=BY_ITSELF, *, near_duplicates=None, remember=False):
    """Bet on photos in the order in which they came.

    Parameters
    ----------
    photos : PhotoSet
    features : ndarray, shape (n, d), float32
        The frozen network's output for them.
    column : str
        What says when each photo came, as `arrival.arrival` takes it.
    near_duplicates : float or "off", optional
        As `alike.find_alike` takes it.
    remember : bool
        As `bet_as_they_came` takes it.

    Returns
    -------
    dict
        As `bet_as_they_came` returns it.

    Raises
    ------
    DataError
        If there is no such column, or it does not say of every photo when it came.
    """
    taken = [description.exif.get("taken") for description in photos.descriptions]
    order, how = arrival(photos.names, taken, photos.columns, column)
    groups = find_alike(photos, features, near_duplicates).together(len(photos), photos.groups)
    sample = Sample.of(photos, features, groups)
    return bet_as_they_came(sample, photos.checksums, order, how=how, remember=remember and not photos.is_demo)


def table_as_they_came(table, column=BY_ITSELF, *, near_duplicates=None, remember=False):
    """Bet on the rows of a table of features in the order in which they came, as `as_they_came` does on photos.

    Parameters
    ----------
    table : feature_tables.FeatureTable
    column, near_duplicates, remember
        As `as_they_came` takes them; such a table has no columns of its own.

    Returns
    -------
    dict
    """
    names = [entry.get("path", entry["name"]) for entry in table.entries]
    order, how = arrival(names, [when and when.seconds for when in table.taken or ()], column=column)
    groups = alike_in_table(table, near_duplicates).together(len(names), table.groups)
    features = standardised(table.features) if table.network == "unknown" else table.features
    digests = [entry.get("sha256", entry["name"]) for entry in table.entries]
    known = all("sha256" in entry for entry in table.entries)
    sample = Sample.of(table, features, groups)
    return bet_as_they_came(sample, digests, order, how=how, remember=remember and known)


def bet_as_they_came(sample, digests, order, *, how, remember=False):
    """Bet on rows of features in the order in which they came.

    Parameters
    ----------
    sample : Sample
        n photos.
    digests : sequence of n str
        A checksum of each photo's file.
    order : sequence of n int
        The positions of the photos, the first one first.
    how : str
        What they are in the order of, as `arrival.arrival` returns it.
    remember : bool
        Whether what was bet on these photos before stays bet, and what is bet now is kept in the cache folder.

    Returns
    -------
    dict
        Ready for JSON: `order` (`how`), `guesses` and `right`, `chance` (how many guesses are right on average if there
        is nothing to learn), `capital` (after each round, 1 before the first), `p_value` (1 / the highest), `rounds`
        (as `betting.Round`, photos by their checksums), `earlier` (how many of the rounds were bet before), `changed`
        (how many of their photos were moved or left out since) and `sentence`.
    """
    keys = photo_keys(digests)
    log = read_log(keys) if remember else Log([], {})
    bettor = Bettor(sample.classes, log.rounds, log.seen)
    names = [sample.class_names[label] for label in sample.labels]
    rank = {key: place for place, key in enumerate(log.seen)}
    for i in sorted(order, key=lambda i: rank.get(keys[i], len(rank))):  # known ones first, the others as they came
        bettor.add(keys[i], sample.features[i], names[i], int(sample.groups[i]))
    now = dict(zip(keys, names, strict=True))
    bet = [key for one in log.rounds for key in one.photos]
    if remember and bettor.rounds:
        known = {photo.name: photo.label for photo in bettor.known}
        seen = log.seen | known | log.seen  # with the class that it had when it was bet on
        write_log(Log(bettor.rounds, seen, how, log.name))
    results = {
        "order": how,
        "guesses": sum(one.guesses for one in bettor.rounds),
        "right": sum(one.right for one in bettor.rounds),
        "chance": sum(one.chance for one in bettor.rounds),
        "capital": bettor.capital.tolist(),
        "p_value": bettor.p_value,
        "rounds": [one._asdict() for one in bettor.rounds],
        "earlier": len(log.rounds),
        "changed": sum(now.get(key) != log.seen[key] for key in bet),
    }
    same = len(log.rounds) == len(bettor.rounds) and log.order == how and not results["changed"]
    return results | {"sentence": _sentence(results, same)}


def _sentence(results, same):
    """Say what was guessed, what that is worth, and what was bet before, unless that is all the same."""
    guesses, right = results["guesses"], results["right"]
    if not guesses:
        return say("nothing")
    if all(len(one["photos"]) == 2 for one in results["rounds"] if one["guesses"]):
        said = [say("pairs", right=right, guesses=guesses)]
    else:
        chance = results["chance"]
        said = [say("guesses", right=right, guesses=guesses, chance=f"{chance:.{'2g' if chance < 10 else '0f'}}")]
    times = int(max(results["capital"]))
    said.append(say("chance.once", times=times) if times > 1 else say("chance.as well"))
    if times >= EVIDENCE:
        said.append(say("evidence"))
    if results["earlier"] and not same:
        said.append(say("earlier", number=results["earlier"]))
    if results["changed"]:
        said.append(say("changed", count=results["changed"]))
    return " ".join([*said, say("order", order=results["order"])])
