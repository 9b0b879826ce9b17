// Cross-validation, and the learning curve: what a worker of learn_worker.js does.
// catsex/evaluation/cross_validation.py, draw for draw.
import { answerOf, shuffledBatches } from './heads.js';
import { balancedAccuracy, deviation, groupsPerClass, mean, scoresOf } from './metrics.js';
import { roundHalfEven } from './round.js';
import { atMost, stratifiedFolds, trainingMasks } from './splits.js';

/** Return the answer for each photo of the head that did not see it. */
function predictions(trained, heads, foldRows, folds) {
  return foldRows.map((fold, r) => Uint16Array.from(fold, (own, i) => answerOf(trained, heads, i, r * folds + own)));
}

const repeated = (rows, folds) => rows.flatMap(row => Array(folds).fill(row));

/**
 * Cross-validate: the answer for each photo of heads that were trained on the other folds.
 * @param {() => number} random
 * @param {import('./heads.js').Heads} heads - which has the features
 * @returns {Uint16Array[]} for each repeat, with folds of its own
 */
export function heldOut(random, heads, labels, groups, { classes, folds, repeats, learningRate }) {
  const rows = Array(repeats).fill(labels);
  const foldRows = stratifiedFolds(random, rows, groups, folds);
  const batches = shuffledBatches(random, heads.n, (folds - 1) / folds);
  const masks = trainingMasks(foldRows, folds);
  const trained = heads.train(random, repeated(rows, folds), masks, batches, classes, learningRate);
  return predictions(trained, masks.length, foldRows, folds);
}

/**
 * Return the out-of-fold balanced accuracy against the number of groups per class to train on.
 * @returns {{points: object[], full: number[], half: number[]}} as Python's `learning_curve`
 */
export function learningCurve(random, heads, labels, groups, { classes, folds, repeats }) {
  const rows = Array(repeats).fill(labels);
  const points = [];
  const scores = [];
  const largest = Math.floor((Math.min(...groupsPerClass(labels, groups, classes)) * (folds - 1)) / folds);
  const sizes = [...new Set([4, 3, 2, 1, 0].map(halving => Math.max(1, largest >> halving)))];
  for (const size of sizes) {
    const foldRows = stratifiedFolds(random, rows, groups, folds);
    const masks = atMost(random, trainingMasks(foldRows, folds), labels, groups, classes, size);
    const seen = mean(masks.map(mask => mask.reduce((a, b) => a + b, 0)));
    const batches = shuffledBatches(random, heads.n, seen / heads.n);
    const trained = heads.train(random, repeated(rows, folds), masks, batches, classes);
    const predicted = predictions(trained, masks.length, foldRows, folds);
    const accuracies = predicted.map(row => balancedAccuracy(row, labels, classes));
    points.push({
      groups_per_class: size,
      photos_per_class: roundHalfEven(seen / classes),
      accuracy: mean(accuracies),
      spread: deviation(accuracies),
    });
    scores.push(scoresOf(predicted, labels));
  }
  return { points, full: scores.at(-1), half: scores.at(-2) ?? scores.at(-1) };
}

/** Train one head on all photos: the model that is tried and taken home. */
export function finalHead(random, heads, labels, classes) {
  const batches = shuffledBatches(random, heads.n, 1);
  const everything = new Float32Array(heads.n).fill(1);
  const { per, kernels, biases } = heads.train(random, [labels], [everything], batches, classes);
  return { per, kernel: kernels, bias: biases, classes };
}
