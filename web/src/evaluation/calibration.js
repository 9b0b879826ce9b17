// A last layer that is as sure as it is right on held-out photos: catsex/evaluation/probabilities/calibration.py.
import { CALIBRATION } from '../constants.js';
import { mean } from './metrics.js';
import { softmax } from './out_of_fold.js';
import { roundHalfEven } from './round.js';

const { IMAGINARY, SUREST, HALVINGS } = CALIBRATION;

/**
 * Scale a last layer such that its probabilities are as high as its share of right predictions.
 * @param {{kernel: Float32Array, bias: Float32Array}} head - changed in place
 * @param {Float64Array[][]} logits - (repeats, n, classes), of photos that were held out
 * @param {number[]} labels
 * @param {number[]} groups
 * @returns {{right_of_100: number, photos: number, scale: number}} how many of 100 held-out photos were right, of n
 */
export function calibrate(head, logits, labels, groups) {
  const right = mean(logits.map(row => mean(row.map((own, i) => +(own.indexOf(Math.max(...own)) === labels[i])))));
  const scale = findScale(logits, right, new Set(groups).size);
  for (const values of [head.kernel, head.bias]) values.forEach((value, i) => values.set([value * scale], i));
  return { right_of_100: roundHalfEven(100 * right), photos: labels.length, scale };
}

/** @returns {number} what makes logits as sure as they are right, in so many groups */
export function findScale(logits, right, groups) {
  const chance = 1 / logits[0][0].length;
  const shared = (right * groups + IMAGINARY * chance) / (groups + IMAGINARY);
  const wanted = Math.min(Math.max(shared, chance + 0.005), SUREST);
  let [low, high] = [-8, 8]; // of its logarithm
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    const by = Math.exp(middle);
    const sure = mean(logits.map(row => mean(row.map(own => Math.max(...softmax(own.map(value => by * value)))))));
    [low, high] = sure < wanted ? [middle, high] : [low, middle];
  }
  return Math.exp((low + high) / 2);
}
