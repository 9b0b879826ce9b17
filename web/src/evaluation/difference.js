// Do the classes differ at all in what the network sees? catsex/evaluation/difference.py: nothing is trained.
import { Exchanges, findExchanges, WITHIN } from './permutation_scheme.js';
import { permutation } from './random.js';
import { places } from './splits.js';

export const SHUFFLES = 4999; // of the labels
const MOST = 2000; // photos that are compared with each other

/**
 * Test whether the classes' features are drawn from different distributions, by the energy distance between classes.
 * @param {function(): number} random
 * @param {Float32Array} features - (n, d)
 * @param {object} options - labels, groups, alike, classes and shuffles
 * @returns {{p_value: number, photos: number, pairs: Array|undefined}} as Python's
 */
export function difference(random, features, { labels, groups, alike, classes, shuffles = SHUFFLES }) {
  const d = features.length / labels.length;
  const chosen = some(random, labels, MOST);
  const n = chosen.length;
  const take = list => chosen.map(i => list[i]);
  const own = take(labels);
  const theirs = take(groups);
  const exchanges = findExchanges(own, theirs, take(alike));
  const rows = chosen.map(i => Float64Array.from(features.subarray(i * d, (i + 1) * d)));
  if (exchanges.kind === WITHIN) subtractMeans(rows, theirs); // what distinguishes the groups is not in question
  const distances = tokenDistances(rows, exchanges.token, exchanges.labels.length);
  const result = { p_value: pValue(random, distances, exchanges, classes, shuffles), photos: n };
  if (classes > 2) result.pairs = pairs(random, distances, exchanges, classes, shuffles);
  return result;
}

/** Return which photos to compare: all, or a random `most` of them with each class' share kept. */
function some(random, labels, most) {
  const n = labels.length;
  if (n <= most) return labels.map((_, i) => i);
  const order = [...permutation(random, n)].map((photo, rank) => ({ photo, rank }));
  order.sort((a, b) => labels[a.photo] - labels[b.photo] || a.rank - b.rank);
  const step = (n - 1) / (most - 1);
  const place = k => (k === most - 1 ? n - 1 : Math.floor(k * step));
  return Array.from({ length: most }, (_, k) => order[place(k)].photo).sort((a, b) => a - b);
}

function subtractMeans(rows, groups) {
  const { group, sizes } = places(groups);
  const means = sizes.map(() => new Float64Array(rows[0].length));
  rows.forEach((row, i) =>
    row.forEach((x, k) => {
      means[group[i]][k] += x / sizes[group[i]];
    }),
  );
  rows.forEach((row, i) =>
    row.forEach((x, k) => {
      row[k] = x - means[group[i]][k];
    }),
  );
}

/** Return the mean distance between the photos of any two tokens, (T, T), 0 on the diagonal. */
export function tokenDistances(rows, token, tokens) {
  const sums = new Float64Array(tokens * tokens);
  const sizes = new Float64Array(tokens);
  for (const own of token) sizes[own]++;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0, a = rows[i], b = rows[j]; k < a.length; k++) square += (a[k] - b[k]) ** 2;
      const distance = Math.sqrt(square);
      sums[token[i] * tokens + token[j]] += distance;
      sums[token[j] * tokens + token[i]] += distance;
    }
  }
  return sums.map((sum, at) => {
    const a = Math.floor(at / tokens);
    const b = at % tokens;
    return a === b ? 0 : sum / sizes[a] / sizes[b];
  });
}

/** Return the energy distance between classes, summed over their pairs, for one labelling of the tokens. */
export function energy(distances, labelling, classes, total) {
  const tokens = labelling.length;
  const members = Array.from({ length: classes }, () => []);
  for (let t = 0; t < tokens; t++) members[labelling[t]].push(t);
  let inside = 0;
  for (const own of members) {
    let sum = 0;
    for (let i = 1; i < own.length; i++)
      for (let j = 0, row = own[i] * tokens; j < i; j++) sum += distances[row + own[j]];
    inside += (2 * sum) / Math.max(own.length - 1, 1);
  }
  return (total - (tokens - 1) * inside) / (2 * tokens);
}

/** Return the share of labellings whose classes differ as much, the real one among them. */
function pValue(random, distances, exchanges, classes, shuffles) {
  const total = distances.reduce((a, b) => a + b, 0);
  const statistics = [exchanges.labels, ...exchanges.draw(random, shuffles)].map(row =>
    energy(distances, row, classes, total),
  );
  // Equal but for the order of a sum.
  const slack = 1e-6 * statistics.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const exceeding = statistics.slice(1).filter(value => value >= statistics[0] - slack).length;
  return (1 + exceeding) / (1 + shuffles);
}

/** Return [class, class, p] for each pair of classes, each p by its own exchanges, corrected by Holm's method. */
function pairs(random, distances, exchanges, classes, shuffles) {
  const found = [];
  const all = exchanges.labels.length;
  for (let first = 0; first < classes; first++) {
    for (let second = first + 1; second < classes; second++) {
      const tokens = exchanges.labels.flatMap((label, t) => (label === first || label === second ? [t] : []));
      const pair = new Exchanges(
        tokens.map((_, t) => t),
        tokens.map(t => +(exchanges.labels[t] === second)),
        tokens.map(t => exchanges.pool[t]),
        exchanges.kind,
      );
      const part = Float64Array.from(tokens.flatMap(a => tokens.map(b => distances[a * all + b])));
      found.push([pValue(random, part, pair, 2, shuffles), first, second]);
    }
  }
  let worst = 0;
  return found
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    .map(([p, first, second], rank) => {
      worst = Math.max(worst, Math.min(1, p * (found.length - rank)));
      return [first, second, worst];
    });
}
