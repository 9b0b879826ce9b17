// Which labels are probably wrong, and how many of these: catsex/evaluation/probabilities/wrong_labels.py, draw for draw.
import { LABELS } from '../constants.js';
import { shuffledBatches } from './heads.js';
import { mean } from './metrics.js';
import { stratifiedFolds, trainingMasks } from './splits.js';

const { SURE, LISTED, LISTED_IF_UNSURE, SHARE, ROUNDS, COLUMNS } = LABELS;

/**
 * @typedef {object} Found
 * @property {number[][]} probabilities - (n, classes), the means over the repeats in which a photo was held out
 * @property {number[]} probability - of each label, if it is that or the likeliest other class
 * @property {number[]} listed - the photos whose label is probably wrong, the least probable label first
 * @property {number|null} expected - how many of these are expected to be; null if heads are not sure enough to say so
 * @property {Float64Array[][]} logits - (repeats, n, classes), of the first round
 */

/**
 * @param {() => number} random
 * @param {import('./heads.js').Heads} heads - which has the features
 * @param {number[]} labels
 * @param {number[]} groups - photos with the same number are held out together
 * @param {{classes: number, folds: number, repeats: number}} options
 * @returns {Found}
 */
export function findWrongLabels(random, heads, labels, groups, options) {
  const logits = outOfFoldLogits(random, heads, labels, groups, options);
  const first = meanProbabilities(logits);
  const doubt = labelProbability(first, labels);
  const contradicted = doubt.filter(share => share < 0.5);
  const sure = !contradicted.length || mean(contradicted.map(share => 1 - share)) >= SURE;
  let probabilities = first;
  for (let round = 0; sure && round < ROUNDS; round++) {
    const kept = labelProbability(probabilities, labels).map(share => +(share >= 0.5));
    probabilities = meanProbabilities(outOfFoldLogits(random, heads, labels, groups, options, kept));
  }
  const probability = labelProbability(probabilities, labels);
  const listed = labels
    .flatMap((_, i) => (probability[i] < (sure ? LISTED : LISTED_IF_UNSURE) ? [i] : []))
    .sort((a, b) => probability[a] - probability[b]);
  return { probabilities, probability, listed, expected: sure ? beyondChance(probability) : null, logits };
}

/** How many more labels are listed than if all were right. */
function beyondChance(probability) {
  const below = probability.filter(share => share < LISTED).length;
  const others = probability.map(share => Math.min(share, 1 - share)).filter(share => share < LISTED);
  return Math.max(0, below - SHARE * others.reduce((a, b) => a + b, 0));
}

/**
 * Cross-validate heads: the logits of photos while they were held out. catsex/evaluation/probabilities/out_of_fold.py.
 * @param {number[]} kept - 0 for photos that no head is trained on
 * @returns {Float64Array[][]} (repeats, n, classes); of two classes 0 for the first
 */
function outOfFoldLogits(random, heads, labels, groups, { classes, folds, repeats }, kept = labels.map(() => 1)) {
  const found = [];
  const batches = shuffledBatches(random, heads.n, (folds - 1) / folds);
  const atOnce = Math.max(1, Math.floor(COLUMNS / (folds * classes)));
  for (let start = 0; start < repeats; start += atOnce) {
    const rows = Array(Math.min(atOnce, repeats - start)).fill(labels);
    const foldRows = stratifiedFolds(random, rows, groups, folds);
    const masks = trainingMasks(foldRows, folds).map(mask => mask.map((seen, i) => seen * kept[i]));
    const every = masks.map(() => labels);
    const { per, logits } = heads.train(random, every, masks, batches, classes);
    foldRows.forEach((fold, row) => {
      found.push(
        labels.map((_, i) => {
          const own = new Float64Array(classes);
          const at = (i * masks.length + row * folds + fold[i]) * per;
          own.set(logits.subarray(at, at + per), classes - per);
          return own;
        }),
      );
    });
  }
  return found;
}

/** @param {Float64Array} logits @returns {number[]} probabilities */
export function softmax(logits) {
  const most = Math.max(...logits);
  const powers = Array.from(logits, value => Math.exp(value - most));
  const all = powers.reduce((a, b) => a + b);
  return powers.map(power => power / all);
}

/** @returns {number[][]} (n, classes), the means over the repeats */
function meanProbabilities(logits) {
  const rows = logits.map(row => row.map(softmax));
  return rows[0].map((own, i) => own.map((_, c) => mean(rows.map(row => row[i][c]))));
}

/** The probability of each label if it is that or the likeliest other class. */
const labelProbability = (probabilities, labels) =>
  probabilities.map((own, i) => {
    const other = Math.max(...own.filter((_, c) => c !== labels[i]));
    return own[labels[i]] / Math.max(own[labels[i]] + other, 1e-12);
  });
