// How far one gets by colour, brightness and the shape of the file: catsex/evaluation/shortcuts/scoring.py, on those of
// its candidate shortcuts that the page knows. Ridge regression on a few standardised numbers, compared with what chance gives.

import { CANDIDATES } from '../constants.js';
import { balancedAccuracy, deviation, mean } from './metrics.js';
import { findPermutationScheme } from './permutation_scheme.js';
import { permutation } from './random.js';
import { roundHalfEven } from './round.js';
import { places } from './splits.js';

export const TOGETHER = 'all of these together';
/** @type {[string, number, number][]} */
const SETS = [
  ['mean colour', 0, 3],
  ['brightness and contrast', 3, 5],
  ['size and shape of the file', 5, 9],
  [TOGETHER, 0, 9],
];
const { PENALTY, PERMUTATIONS, MOST, FEWEST, PREDICTIONS } = CANDIDATES;

/**
 * Cross-validate on each set of the photos' nine numbers; sets in which all photos are alike are left out.
 * @param {() => number} random
 * @param {number[][]} trivial - nine numbers of each photo
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
  const sets = SETS.map(([name, from, to]) => ({ name, rows: standardised(take(trivial), from, to) })).filter(
    ({ rows }) => rows.some(row => row.some(x => x !== 0)),
  );
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
  const d = rows[0].length;
  for (let one = 0; one < folds; one++) {
    const known = [];
    const out = [];
    fold.forEach((own, i) => (own === one ? out : known).push(i));
    if (!out.length) continue;
    const middle = Array.from({ length: d }, (_, c) => mean(known.map(i => rows[i][c])));
    const centred = rows.map(row => row.map((x, c) => x - middle[c]));
    const seen = known.map(i => Float64Array.from(centred[i]));
    const inverse = ridgeInverse(seen).map(row => Float64Array.from(row));
    const asked = out.map(i => Float64Array.from(centred[i]));
    labellings.forEach((labels, p) => {
      const own = known.map(i => labels[i]);
      const score = fitted(seen, own, inverse, classes);
      out.forEach((photo, k) => {
        predictions[p][photo] = score(asked[k]);
      });
    });
  }
  return predictions.map((row, p) => balancedAccuracy(row, labellings[p], classes));
}

/** Return, for each known photo, its column of (K'K + penalty I)^-1 K'. */
function ridgeInverse(known) {
  const k = known.length;
  const d = known[0].length;
  const penalty = (PENALTY * known.reduce((sum, row) => sum + row.reduce((part, x) => part + x * x, 0), 0)) / k + 1e-6;
  const gram = Array.from({ length: d }, (_, a) =>
    Array.from({ length: d }, (_, b) => known.reduce((sum, row) => sum + row[a] * row[b], a === b ? penalty : 0)),
  );
  const right = Array.from({ length: d }, (_, a) => known.map(row => row[a]));
  for (let pivot = 0; pivot < d; pivot++) {
    // Gauss and Jordan; the matrix is positive definite
    const scale = 1 / gram[pivot][pivot];
    for (const matrix of [gram, right]) matrix[pivot] = matrix[pivot].map(x => x * scale);
    for (let row = 0; row < d; row++) {
      const factor = gram[row][pivot];
      if (row === pivot || factor === 0) continue;
      for (const matrix of [gram, right]) matrix[row] = matrix[row].map((x, c) => x - factor * matrix[pivot][c]);
    }
  }
  return known.map((_, i) => right.map(row => row[i]));
}

/**
 * Fit ridge regression on the classes, each score's border halfway between the mean scores of its class and of the
 * others.
 * @returns {(numbers: ArrayLike<number>) => number} the class of a photo
 */
function fitted(known, labels, inverse, classes) {
  const d = known[0].length;
  const k = known.length;
  const counts = Array(classes).fill(0);
  const table = () => Array.from({ length: classes }, () => new Float64Array(d));
  const weights = table();
  const middles = table();
  const all = new Float64Array(d);
  for (let i = 0; i < k; i++) {
    const label = labels[i];
    counts[label]++;
    for (let c = 0; c < d; c++) {
      weights[label][c] += inverse[i][c];
      middles[label][c] += known[i][c];
      all[c] += inverse[i][c];
    }
  }
  for (let label = 0; label < classes; label++) {
    for (let c = 0; c < d; c++) {
      weights[label][c] -= (all[c] * counts[label]) / k;
      middles[label][c] /= Math.max(counts[label], 1);
    }
  }
  const dot = (a, b) => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += a[c] * b[c];
    return sum;
  };
  const borders = weights.map((own, label) => {
    const scores = middles.map(middle => dot(middle, own));
    const others = scores.reduce((a, b) => a + b) - scores[label];
    return (scores[label] + others / (classes - 1)) / 2;
  });
  return photo => {
    let best = 0;
    let most = -Infinity;
    for (let label = 0; label < classes; label++) {
      const score = dot(photo, weights[label]) - borders[label];
      if (score > most) {
        best = label;
        most = score;
      }
    }
    return best;
  };
}
