// What can be said so far, while photos come: catsex/evaluation/sequential/as_they_came.py.
import { findAlike } from './alike.js';
import { Bettor } from './bettor.js';
import { join } from './groups.js';

/**
 * Bet on photos in the order in which they came; what was bet before stays bet.
 * @param {any} photos - features, labels, files, taken as `findAlike` takes them; groups as `evaluate` does; names,
 *   another one for each; classes; rounds and seen, what was bet before, as returned
 * @returns {any} rounds, seen, and what the bettor's summary has
 */
export function read({ features, labels, files, taken, groups, names, classes, rounds, seen }) {
  const n = names.length;
  const d = features.length / n;
  const found = findAlike(features, n, d, { files, labels, taken });
  const together = join(n, Object.values(found).flat(), groups ?? []);
  const bettor = new Bettor(classes, rounds, seen);
  const rank = new Map(seen.map((name, place) => [name, place]));
  const order = names.map((name, i) => [rank.get(name) ?? seen.length + i, i]).sort((a, b) => a[0] - b[0]);
  for (const [, i] of order) bettor.add(names[i], features.subarray(i * d, (i + 1) * d), labels[i], together[i]);
  return { rounds: bettor.rounds, seen: [...bettor.seen], ...bettor.summary };
}
