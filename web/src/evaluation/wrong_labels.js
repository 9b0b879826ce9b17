// Which labels are probably wrong, and how many of these: catsex/evaluation/probabilities/wrong_labels.py.
import { LABELS } from '../constants.js';
import { leftOutScores } from './kernel_ridge.js';
import { estimate } from './label_noise.js';

const { WRONG, CONTRADICTED } = LABELS;

/**
 * @typedef {object} Found
 * @property {number[][]} probabilities - (n, classes), of what each photo shows, by all photos of other groups
 * @property {number[]} probability - of each label, if it is that or the likeliest other class
 * @property {number[]} listed - the photos whose label is probably wrong, the least probable label first
 * @property {number|null} expected - how many of these are expected to be; null if the photos do not tell
 */

/**
 * @param {() => number} random
 * @param {Float32Array} features - (n, d)
 * @param {number[]} labels
 * @param {number[]} groups - photos with the same number are left out together
 * @param {number} classes
 * @returns {Found}
 */
export function findWrongLabels(random, features, labels, groups, classes) {
  const { probabilities, wrong, isKnown } = estimate(leftOutScores(random, features, labels, groups, classes), labels);
  const probability = labelProbability(probabilities, labels);
  const least = Math.max(WRONG, bestThreshold(wrong));
  const listed = labels
    .flatMap((_, i) => (wrong[i] > least && probability[i] < CONTRADICTED ? [i] : []))
    .sort((a, b) => probability[a] - probability[b]);
  const expected = isKnown ? listed.reduce((sum, i) => sum + wrong[i], 0) : null;
  return { probabilities, probability, listed, expected };
}

/** The probability from which to list labels, such that recall and precision are best: half of the F-measure. */
function bestThreshold(wrong) {
  const all = wrong.reduce((sum, x) => sum + x, 0);
  let [found, best] = [0, 0];
  for (const [k, x] of wrong.slice().sort().reverse().entries()) {
    found += x;
    best = Math.max(best, found / (k + 1 + all));
  }
  return best;
}

/** The probability of each label if it is that or the likeliest other class. */
const labelProbability = (probabilities, labels) =>
  probabilities.map((own, i) => {
    const other = Math.max(...own.filter((_, c) => c !== labels[i]));
    return own[labels[i]] / Math.max(own[labels[i]] + other, 1e-12);
  });
