// How far one gets by colour, brightness, the shape of the file and the like: catsex/evaluation/shortcuts/scoring.py, on those of
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
  const d = rows[0].length;
  for (let one = 0; one < folds; one++) {
    const known = [];
    const out = [];
    fold.forEach((own, i) => (own === one ? out : known).push(i));
    if (!out.length) continue;
    const middle = Array.from({ length: d }, (_, c) => mean(known.map(i => rows[i][c])));
    const centred = rows.map(row => row.map((x, c) => x - middle[c]));
    const inverse = ridgeInverse(known.map(i => centred[i]));
    const seen = known.map((i, k) => Float64Array.from([...centred[i], ...inverse[k]]));
    const asked = out.map(i => Float64Array.from(centred[i]));
    const fit = new Fit(seen, classes);
    labellings.forEach((labels, p) => {
      fit.to(labels, known);
      for (let k = 0; k < out.length; k++) predictions[p][out[k]] = fit.classOf(asked[k]);
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
 * Ridge regression on the classes, each score's border halfway between the mean scores of its class and of the others.
 * It is fitted a hundred thousand times, so that it makes nothing anew.
 */
class Fit {
  /**
   * @param {Float64Array[]} rows - (k, 2 d): of each known photo the numbers, and behind them its column of the inverse
   * @param {number} classes
   */
  constructor(rows, classes) {
    this.rows = rows;
    this.d = rows[0].length / 2;
    this.sums = Array.from({ length: classes }, () => new Float64Array(2 * this.d)); // of rows, of each class
    this.counts = new Float64Array(classes);
    this.borders = new Float64Array(classes);
  }

  /** Fit it to some of the labels. */
  to(labels, chosen) {
    const { rows, sums, counts } = this;
    for (const sum of sums) sum.fill(0);
    counts.fill(0);
    for (let i = 0; i < rows.length; i++) {
      const label = labels[chosen[i]];
      counts[label]++;
      if (label) add(sums[label], rows[i], 1);
    }
    // Over all photos they add up to 0, since the numbers have a mean of 0.
    for (let label = 1; label < sums.length; label++) add(sums[0], sums[label], -1);
    for (let label = 0; label < sums.length; label++) this.borders[label] = this.border(label);
  }

  border(label) {
    const { sums, counts, d } = this;
    let own = 0;
    let others = 0;
    for (let other = 0; other < sums.length; other++) {
      const mean = score(sums[other], sums[label], d) / Math.max(counts[other], 1);
      if (other === label) own = mean;
      else others += mean;
    }
    return (own + others / (sums.length - 1)) / 2;
  }

  /** The class of a photo, by its numbers. */
  classOf(numbers) {
    let best = 0;
    let most = -Infinity;
    for (let label = 0; label < this.sums.length; label++) {
      const above = score(numbers, this.sums[label], this.d) - this.borders[label];
      if (above > most) {
        best = label;
        most = above;
      }
    }
    return best;
  }
}

/** Add a row, or take it away, in place. */
function add(sum, row, sign) {
  for (let c = 0; c < sum.length; c++) sum[c] += sign * row[c];
}

/** The score of a photo's numbers, the first d, by what stands behind the first d of a class. */
function score(numbers, own, d) {
  let sum = 0;
  for (let c = 0; c < d; c++) sum += numbers[c] * own[d + c];
  return sum;
}
