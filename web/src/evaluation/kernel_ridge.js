// Scores of photos that were left out, by those they resemble: catsex/evaluation/probabilities/kernel_ridge.py.
import { LABELS } from '../constants.js';
import { mean } from './metrics.js';
import { cholesky, dot, inverse, substitute } from './solve.js';
import { stratifiedFolds } from './splits.js';

const { SHARPNESS, PENALTY, MOST } = LABELS;

/**
 * Leave out each photo, together with its group, and score it by all others.
 * @param {() => number} random
 * @param {Float32Array} features - (n, d)
 * @param {number[]} labels
 * @param {number[]} groups - photos with the same number are left out together
 * @param {number} classes
 * @returns {Float64Array[]} (n, classes), the larger, the more a photo seems to be of that class
 */
export function leftOutScores(random, features, labels, groups, classes) {
  const n = labels.length;
  const d = features.length / n;
  const parts = Math.ceil(n / MOST);
  const [part] = parts > 1 ? stratifiedFolds(random, [labels], [...labels.keys()], parts) : [labels.map(() => 0)];
  const scores = Array(n);
  for (let one = 0; one < parts; one++) {
    const here = labels.flatMap((_, i) => (part[i] === one ? [i] : []));
    const rows = here.map(i => Float64Array.from(features.subarray(i * d, (i + 1) * d)));
    const own = scoresOf(
      rows,
      here.map(i => labels[i]),
      here.map(i => groups[i]),
      classes,
    );
    here.forEach((i, place) => {
      scores[i] = own[place];
    });
  }
  return scores;
}

function scoresOf(rows, labels, groups, classes) {
  const inverted = inverse(kernel(rows));
  // The last column is to take the others' mean off.
  const known = labels.map(label =>
    Float64Array.from({ length: classes + 1 }, (_, c) => +(c === label || c === classes)),
  );
  const columns = [...known[0].keys()].map(c => Float64Array.from(known, row => row[c]));
  const weights = inverted.map(row => columns.map(column => dot(row, column)));
  const total = known[0].map((_, c) => known.reduce((sum, row) => sum + row[c], 0));
  const scores = Array(rows.length);
  const members = new Map(groups.map(group => [group, []]));
  groups.forEach((group, i) => members.get(group).push(i));
  for (const out of members.values()) {
    const triangle = cholesky(out.map(i => Float64Array.from(out, j => inverted[i][j])));
    const given = [...known[0].keys()].map(c =>
      substitute(
        triangle,
        Float64Array.from(out, i => weights[i][c]),
      ),
    );
    const left = Math.max(1, rows.length - out.length);
    const others = total.map((sum, c) => (sum - out.reduce((own, i) => own + known[i][c], 0)) / left);
    out.forEach((i, place) => {
      const without = known[i].map((x, c) => x - given[c][place]);
      scores[i] = without.subarray(0, classes).map((x, c) => x - without[classes] * others[c]);
    });
  }
  return scores;
}

/** How alike photos are, by the cosine of their features less the mean of all; with the penalty: positive definite. */
function kernel(rows) {
  const middle = rows[0].map((_, k) => mean(rows.map(row => row[k])));
  for (const row of rows) {
    for (let k = 0; k < row.length; k++) row[k] -= middle[k];
    const length = Math.max(Math.sqrt(dot(row, row)), 1e-12);
    for (let k = 0; k < row.length; k++) row[k] /= length;
  }
  const found = rows.map(() => new Float64Array(rows.length));
  rows.forEach((row, i) => {
    for (let j = 0; j <= i; j++)
      found[i][j] = found[j][i] = Math.exp(SHARPNESS * (dot(row, rows[j]) - 1)) + (i === j ? PENALTY : 0);
  });
  return found;
}
