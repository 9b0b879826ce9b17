// How far one gets by colour, brightness, the shape of the file and the like: catsex/evaluation/shortcuts/scoring.py, on those of
// its candidate shortcuts that the page knows. Ridge regression on a few standardised numbers, compared with what chance gives.

import { CANDIDATES } from '../constants.js';
import { balancedAccuracy, deviation, mean } from './metrics.js';
import { findPermutationScheme } from './permutation_scheme.js';
import { permutation } from './random.js';
import { roundHalfEven } from './round.js';
import { cholesky, dot, substituteDown } from './solve.js';
import { places } from './splits.js';

export const TOGETHER = 'all of these together';
/** @type {[string, number, number][]} */
const SETS = [
  ['mean colour', 0, 3],
  ['brightness and contrast', 3, 5],
  ['size and shape of the file', 5, 9],
  ['sharpness and noise', 9, 27],
  ['a small spot of one colour, anywhere in the picture', 27, 35],
  [TOGETHER, 0, 35],
];
const { PENALTY, PERMUTATIONS, MOST, FEWEST, PREDICTIONS } = CANDIDATES;

/**
 * Cross-validate on each set of the photos' 35 numbers; sets in which all photos are alike, or that some photos,
 * looked at by an older version of the page, do not have, are left out.
 * @param {() => number} random
 * @param {number[][]} trivial - 35 numbers of each photo
 * @returns {{name: string, accuracy: number, p_value: number, corrected: number}[]} corrected: how often chance alone
 *   makes the best of all sets as good as this one
 */
export function shortcuts(random, trivial, { labels, groups, alike, classes, folds }) {
  const chosen = some(random, labels);
  const take = list => chosen.map(i => list[i]);
  const repeats = Math.max(1, Math.min(10, Math.floor(PREDICTIONS / (chosen.length * classes))));
  const own = take(labels);
  const theirs = take(groups);
  const scheme = findPermutationScheme(own, theirs, take(alike));
  const { group, first } = places(theirs);
  const labellings = [Uint16Array.from(own), ...scheme.photos(random, PERMUTATIONS)];
  const foldRows = Array.from({ length: repeats }, () => {
    const order = permutation(random, first.length);
    return group.map(g => order[g] % folds);
  });
  const known = Math.min(...trivial.map(numbers => numbers.length));
  const sets = SETS.filter(([, , to]) => to <= known)
    .map(([name, from, to]) => ({ name, rows: standardised(take(trivial), from, to) }))
    .filter(({ rows }) => rows.some(row => row.some(x => x !== 0)));
  const found = sets.map(({ rows }) => {
    const statistics = new Float64Array(labellings.length);
    for (const fold of foldRows)
      accuracies(rows, labellings, fold, folds, classes).forEach((a, p) => {
        statistics[p] += a / repeats;
      });
    return statistics;
  });
  const every = found.map(shares);
  const least = labellings.map((_, p) => Math.min(...every.map(own => own[p])));
  return sets.map(({ name }, set) => {
    const corrected = mean(least.map(value => +(value <= every[set][0] + 1e-9))); // Westfall and Young's, as in Python
    return {
      name,
      accuracy: found[set][0],
      p_value: Math.max(every[set][0], scheme.smallestP),
      corrected: Math.max(corrected, scheme.smallestP),
    };
  });
}

/** Return which photos to look at: all, or a random MOST of them with each class' share kept. */
function some(random, labels) {
  const n = labels.length;
  if (n <= MOST) return labels.map((_, i) => i);
  return [...new Set(labels)]
    .sort((a, b) => a - b)
    .flatMap(label => {
      const members = labels.flatMap((own, i) => (own === label ? [i] : []));
      const order = permutation(random, members.length);
      return [...order.subarray(0, Math.max(FEWEST, roundHalfEven((MOST / n) * members.length)))].map(i => members[i]);
    })
    .sort((a, b) => a - b);
}

/** Return for each statistic the share of all that are as large; the order of a sum may decide on the last bit. */
function shares(statistics) {
  const rounded = Float64Array.from(statistics, value => Number(value.toFixed(9)));
  const sorted = Float64Array.from(rounded).sort();
  const firstAt = new Map();
  sorted.forEach((value, i) => {
    if (!firstAt.has(value)) firstAt.set(value, i);
  });
  return rounded.map(value => (sorted.length - firstAt.get(value)) / sorted.length);
}

/** Return columns `from` to `to`, each with a mean of 0 and a standard deviation of 1. */
function standardised(trivial, from, to) {
  const columns = Array.from({ length: to - from }, (_, c) => {
    const column = trivial.map(numbers => numbers[from + c]);
    const middle = mean(column);
    const spread = deviation(column);
    return column.map(x => Math.fround((x - middle) / (spread > 1e-6 ? spread : 1)));
  });
  return trivial.map((_, i) => columns.map(column => column[i]));
}

/** Return the out-of-fold balanced accuracy for each of many labellings. */
function accuracies(rows, labellings, fold, folds, classes) {
  const predictions = labellings.map(row => new Uint16Array(row.length));
  for (let one = 0; one < folds; one++) {
    const known = [];
    const out = [];
    fold.forEach((own, i) => (own === one ? out : known).push(i));
    if (!out.length) continue;
    const places = turned(rows, known);
    const fit = new Fit(places[0].length, classes);
    labellings.forEach((labels, p) => {
      fit.to(places, known, labels);
      for (const photo of out) predictions[p][photo] = fit.classOf(places[photo]);
    });
  }
  return predictions.map((row, p) => balancedAccuracy(row, labellings[p], classes));
}

/**
 * Return numbers y, (n, d), for numbers x such that y_i' y_j = x_i' (K' K + penalty I)^-1 x_j, where K are those of the
 * known photos and x has their mean taken away: the score of photo j for a class is y_j times the sum of the class' y.
 */
function turned(rows, known) {
  const middle = rows[0].map((_, c) => mean(known.map(i => rows[i][c])));
  const centred = rows.map(row => Float64Array.from(row, (x, c) => x - middle[c]));
  const seen = known.map(i => centred[i]);
  const penalty = (PENALTY * seen.reduce((sum, row) => sum + dot(row, row), 0)) / seen.length + 1e-6;
  const gram = middle.map((_, a) =>
    middle.map((_, b) => seen.reduce((sum, row) => sum + row[a] * row[b], a === b ? penalty : 0)),
  );
  const triangle = cholesky(gram);
  return centred.map(row => substituteDown(triangle, row));
}

/**
 * Ridge regression on the classes, each score's border halfway between the mean scores of its class and of the others.
 * It is fitted a hundred thousand times, so that it makes nothing anew. Over all classes the sums add up to 0, as the
 * numbers do.
 */
class Fit {
  constructor(d, classes) {
    this.sums = Array.from({ length: classes }, () => new Float64Array(d));
    this.counts = new Float64Array(classes);
    this.borders = new Float64Array(classes);
    this.scores = new Float64Array(classes);
  }

  /** Fit it to the labels of known photos, by the numbers that `turned` returns. */
  to(numbers, known, labels) {
    const { sums, counts } = this;
    for (const sum of sums) sum.fill(0);
    counts.fill(0);
    for (let i = 0; i < known.length; i++) {
      const label = labels[known[i]];
      counts[label]++;
      if (label) add(sums[label], numbers[known[i]], 1);
    }
    for (let label = 1; label < sums.length; label++) add(sums[0], sums[label], -1);
    for (let label = 0; label < sums.length; label++) this.borders[label] = this.border(label);
  }

  border(label) {
    const { sums, counts } = this;
    let own = 0;
    let others = 0;
    for (let other = 0; other < sums.length; other++) {
      const score = dot(sums[label], sums[other]) / Math.max(counts[other], 1);
      if (other === label) own = score;
      else others += score;
    }
    return (own + others / (sums.length - 1)) / 2;
  }

  /** The class of a photo, by its numbers. */
  classOf(numbers) {
    const { scores, sums, borders } = this;
    scores[0] = 0;
    for (let label = 1; label < scores.length; label++) {
      scores[label] = dot(sums[label], numbers);
      scores[0] -= scores[label];
    }
    let best = 0;
    for (let label = 1; label < scores.length; label++)
      if (scores[label] - borders[label] > scores[best] - borders[best]) best = label;
    return best;
  }
}

/** Add a row to a sum, or take it away. */
function add(sum, row, sign) {
  for (let c = 0; c < sum.length; c++) sum[c] += sign * row[c];
}
