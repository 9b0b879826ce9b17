// How many labels are wrong, as far as scores tell: catsex/evaluation/probabilities/label_noise.py.
import { LABELS } from '../constants.js';
import { counts } from './metrics.js';
import { softmax } from './out_of_fold.js';

const { SHARES, SCALES, FLATTEST, STEEPEST, SLOPES, MOST_HIDDEN, UNCERTAIN, ENOUGH, LEAST } = LABELS;
const TRIED = Array.from({ length: SHARES }, (_, i) => (i + 0.5) / (2 * SHARES));

/**
 * @param {ArrayLike<number>[]} scores - (n, classes), of photos that were left out
 * @param {number[]} labels
 * @returns {{probabilities: number[][], wrong: Float64Array, isKnown: boolean}} of what each photo shows, whatever its
 *   label; that each label is wrong; whether the scores have told how many are
 */
export function estimate(scores, labels) {
  const classes = scores[0].length;
  const against = lackingOf(scores, labels).map(lacking =>
    scores.map((own, i) => {
      const sums = Array.from(own, (x, c) => x + lacking[c]);
      return sums.map(x => x - sums[labels[i]]);
    }),
  );
  const all = against[0].flat();
  const size = Math.max(all.reduce((sum, x) => sum + Math.abs(x), 0) / all.length, 1e-12);
  const scales = geometric(FLATTEST / size, STEEPEST / size, SCALES);
  const every = Math.ceil(labels.length / ENOUGH);
  const models = against.flatMap(rows => {
    const some = rows.filter((_, i) => i % every === 0);
    return scales.map(scale => ({ rows, some, scale }));
  });
  const posterior = posteriorOf(models);
  const probabilities = labels.map(() => Array(classes).fill(0));
  const wrong = new Float64Array(labels.length);
  models.forEach(({ rows, scale }, m) => {
    const weight = posterior.reduce((sum, row) => sum + row[m], 0);
    if (weight <= LEAST) return;
    rows.forEach((own, i) => {
      const shown = softmax(own.map(x => scale * x));
      shown.forEach((x, c) => {
        probabilities[i][c] += weight * x;
      });
      const right = shown[labels[i]];
      TRIED.forEach((share, e) => {
        const odds = (share / (classes - 1)) * (1 - right);
        wrong[i] += (posterior[e][m] * odds) / (odds + (1 - share) * right);
      });
    });
  });
  const ofShare = posterior.map(row => row.reduce((a, b) => a + b));
  const middle = ofShare.reduce((sum, weight, e) => sum + weight * TRIED[e], 0);
  const spread = Math.sqrt(ofShare.reduce((sum, weight, e) => sum + weight * (TRIED[e] - middle) ** 2, 0));
  return { probabilities, wrong, isKnown: spread < UNCERTAIN };
}

/** What the classes' scores may lack, by slopes from that of scores on labels upwards: (slopes, classes). */
function lackingOf(scores, labels) {
  const means = counts(labels, scores[0].length).map(count => count / labels.length);
  let [products, squares] = [0, 0];
  scores.forEach((own, i) => {
    means.forEach((mean, c) => {
      const target = +(c === labels[i]) - mean;
      products += target * own[c];
      squares += target ** 2;
    });
  });
  return geometric(1, MOST_HIDDEN, SLOPES).map(slope => means.map(mean => ((slope * products) / squares) * mean));
}

/** The probability of each share of wrong labels and each model: (shares, models). */
function posteriorOf(models) {
  const others = models[0].some[0].length - 1;
  const right = models.map(({ some, scale }) =>
    some.map(own => 1 / own.reduce((sum, x) => sum + Math.exp(Math.min(Math.max(scale * x, -50), 50)), 0)),
  );
  const logarithms = TRIED.map(share =>
    right.map(row => row.reduce((sum, x) => sum + Math.log((1 - share) * x + (share / others) * (1 - x)), 0)),
  );
  const most = Math.max(...logarithms.flat());
  const powers = logarithms.map((row, e) => row.map(x => (1 - 2 * TRIED[e]) * Math.exp(x - most)));
  const all = powers.flat().reduce((a, b) => a + b);
  return powers.map(row => row.map(x => x / all));
}

const geometric = (first, last, number) =>
  Array.from({ length: number }, (_, i) => first * (last / first) ** (i / (number - 1)));
