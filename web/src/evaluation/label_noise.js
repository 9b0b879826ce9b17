// How many labels are wrong, as far as scores tell: catsex/evaluation/probabilities/label_noise.py.
import { LABELS } from '../constants.js';
import { counts, deviation } from './metrics.js';
import { softmax } from './out_of_fold.js';

const { SHARES, SCALES, FLATTEST, STEEPEST, UNCERTAIN, ENOUGH, LEAST } = LABELS;
const TRIED = Array.from({ length: SHARES }, (_, i) => (i + 0.5) / (2 * SHARES));

/**
 * @param {ArrayLike<number>[]} scores - (n, classes), of photos that were left out
 * @param {number[]} labels
 * @returns {{probabilities: number[][], wrong: Float64Array, isKnown: boolean}} of what each photo shows, whatever its
 *   label; that each label is wrong; whether the scores have told how many are
 */
export function estimate(scores, labels) {
  const classes = scores[0].length;
  const shares = sharesOf(scores, labels);
  const against = scores.map((own, i) => {
    const sums = Array.from(own, (x, c) => x + shares[c]);
    return sums.map(x => x - sums[labels[i]]);
  });
  const all = against.flat();
  const size = Math.max(all.reduce((sum, x) => sum + Math.abs(x), 0) / all.length, 1e-12);
  const scales = Array.from(
    { length: SCALES },
    (_, i) => (FLATTEST * (STEEPEST / FLATTEST) ** (i / (SCALES - 1))) / size,
  );
  const posterior = posteriorOf(against, scales);
  const probabilities = labels.map(() => Array(classes).fill(0));
  const wrong = new Float64Array(labels.length);
  scales.forEach((scale, s) => {
    const weight = posterior.reduce((sum, row) => sum + row[s], 0);
    if (weight <= LEAST) return;
    against.forEach((own, i) => {
      const shown = softmax(own.map(x => scale * x));
      shown.forEach((x, c) => {
        probabilities[i][c] += weight * x;
      });
      const right = shown[labels[i]];
      TRIED.forEach((share, e) => {
        const odds = (share / (classes - 1)) * (1 - right);
        wrong[i] += (posterior[e][s] * odds) / (odds + (1 - share) * right);
      });
    });
  });
  const ofShare = posterior.map(row => row.reduce((a, b) => a + b));
  const middle = ofShare.reduce((sum, weight, e) => sum + weight * TRIED[e], 0);
  const spread = Math.sqrt(ofShare.reduce((sum, weight, e) => sum + weight * (TRIED[e] - middle) ** 2, 0));
  return { probabilities, wrong, isKnown: spread < UNCERTAIN * deviation(TRIED) };
}

/** The classes' shares, as far as scores tell photos of a class from others: of a rare one all are low. */
function sharesOf(scores, labels) {
  const shares = counts(labels, scores[0].length).map(count => count / labels.length);
  let [products, squares] = [0, 0];
  scores.forEach((own, i) => {
    shares.forEach((share, c) => {
      const target = +(c === labels[i]) - share;
      products += target * own[c];
      squares += target ** 2;
    });
  });
  return shares.map(share => (share * products) / squares);
}

/** The probability of each share of wrong labels and each scale: (shares, scales). */
function posteriorOf(against, scales) {
  const others = against[0].length - 1;
  const every = Math.ceil(against.length / ENOUGH);
  const rows = against.filter((_, i) => i % every === 0);
  const right = scales.map(scale =>
    rows.map(own => 1 / own.reduce((sum, x) => sum + Math.exp(Math.min(Math.max(scale * x, -50), 50)), 0)),
  );
  const logarithms = TRIED.map(share =>
    right.map(row => row.reduce((sum, x) => sum + Math.log((1 - share) * x + (share / others) * (1 - x)), 0)),
  );
  const most = Math.max(...logarithms.flat());
  const powers = logarithms.map(row => row.map(x => Math.exp(x - most)));
  const all = powers.flat().reduce((a, b) => a + b);
  return powers.map(row => row.map(x => x / all));
}
