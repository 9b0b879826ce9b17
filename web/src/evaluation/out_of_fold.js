// The logits of photos while they were held out: catsex/evaluation/probabilities/out_of_fold.py, draw for draw.
import { CALIBRATION } from '../constants.js';
import { shuffledBatches } from './heads.js';
import { stratifiedFolds, trainingMasks } from './splits.js';

const { COLUMNS } = CALIBRATION;

/**
 * Cross-validate heads: the logits of photos while they were held out.
 * @returns {Float64Array[][]} (repeats, n, classes); of two classes 0 for the first
 */
export function outOfFoldLogits(random, heads, labels, groups, { classes, folds, repeats }) {
  const found = [];
  const batches = shuffledBatches(random, heads.n, (folds - 1) / folds);
  const atOnce = Math.max(1, Math.floor(COLUMNS / (folds * classes)));
  for (let start = 0; start < repeats; start += atOnce) {
    const rows = Array(Math.min(atOnce, repeats - start)).fill(labels);
    const foldRows = stratifiedFolds(random, rows, groups, folds);
    const masks = trainingMasks(foldRows, folds);
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

/** @param {ArrayLike<number>} logits @returns {number[]} probabilities */
export function softmax(logits) {
  const most = Math.max(...Array.from(logits));
  const powers = Array.from(logits, value => Math.exp(value - most));
  const all = powers.reduce((a, b) => a + b);
  return powers.map(power => power / all);
}
