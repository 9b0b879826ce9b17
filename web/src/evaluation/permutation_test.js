// @ts-check
// Do the labels say more of the photos than permuted labels would? In closed form, for all permutations at once:
// catsex/evaluation/permuting/permutation_test.py.
import { leftOut } from './left_out.js';
import { balancedAccuracy, mean } from './metrics.js';
import { findExchanges } from './permutation_scheme.js';
import { places } from './splits.js';

const EQUAL = 1e-5; // standard deviations of chance: statistics of one labelling, drawn twice, differ by rounding alone

/**
 * Test whether the labels have anything to do with the features.
 * @param {Float32Array} features - (n, d), sorted by the photos' checksums
 * @param {object} options
 * @param {number[]} options.labels
 * @param {number[]} options.groups - photos with the same number belong together
 * @param {number[]} options.alike - what keeps one label inside groups of several classes, as `unitsOf` returns it
 * @param {number} options.classes
 * @param {number} options.permutations
 * @param {number} options.seed
 * @returns {{p: number, observed: number, nulls: number[], asGood: number, accuracies: number[]}} the statistic of the
 *   real labels and of permuted ones, in standard deviations of chance; accuracies under permuted labels, 0 to 1
 */
export function permutationTest(features, { labels, groups, alike, classes, permutations, seed }) {
  const exchanges = findExchanges(labels, groups, alike);
  const labellings = [Uint16Array.from(exchanges.labels), ...exchanges.drawStreams(seed, permutations)];
  const scored = leftOut(features, groups);
  const found = labellings.map(units => ofLabelling(scored, units, exchanges, classes));
  const separations = inDeviations(found.map(one => one.separation));
  const distances = inDeviations(found.map(one => one.distance));
  const [observed, ...nulls] = separations.map((value, k) => Math.max(value, distances[k]));
  const asGood = nulls.filter(value => value >= observed - EQUAL).length;
  const p = Math.max((1 + asGood) / (1 + permutations), exchanges.smallestP);
  return { p, observed, nulls, asGood, accuracies: found.slice(1).map(one => one.accuracy) };
}

/** Return the separation, the distance and the accuracy for one labelling of the units. */
function ofLabelling({ ridge, nearest }, units, exchanges, classes) {
  const photos = exchanges.token.map(t => units[t]);
  const columns = classes === 2 ? [1] : Array.from({ length: classes }, (_, c) => c); // of two, one has the other's negated
  const scores = columns.map(c => ridge(photos, c));
  const margins = columns.map((c, k) => compare(ofUnits(scores[k], exchanges), units, c).margin);
  const squares = mean(margins.map(margin => margin * Math.abs(margin)));
  const distance = mean(columns.map(c => compare(ofUnits(nearest(photos, c), exchanges), units, c).raw));
  const predicted = photos.map((_, i) => {
    if (classes === 2) return +(scores[0][i] > 0);
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c][i] > scores[best][i]) best = c;
    return best;
  });
  return {
    separation: Math.sign(squares) * Math.sqrt(Math.abs(squares)),
    distance,
    accuracy: balancedAccuracy(predicted, photos, classes),
  };
}

/** Return the mean score of each unit's photos, less the mean of its block's units. */
function ofUnits(scores, { token, pool }) {
  const means = meansOf(scores, token, pool.length);
  const { group, sizes } = places(pool);
  const blocks = meansOf(means, group, sizes.length);
  return means.map((value, t) => value - blocks[group[t]]);
}

function meansOf(values, part, parts) {
  const sums = new Float64Array(parts);
  const sizes = new Float64Array(parts);
  values.forEach((value, i) => {
    sums[part[i]] += value;
    sizes[part[i]]++;
  });
  return sums.map((sum, k) => sum / sizes[k]);
}

/** Compare the units of a class with all others: the difference of their means, and that in standard deviations. */
function compare(scores, units, c) {
  let inside = 0;
  let sum = 0;
  let total = 0;
  let squares = 0;
  scores.forEach((score, t) => {
    total += score;
    squares += score * score;
    if (units[t] === c) {
      inside++;
      sum += score;
    }
  });
  const count = scores.length;
  const high = sum / inside;
  const low = (total - sum) / (count - inside);
  const within = (squares - inside * high ** 2 - (count - inside) * low ** 2) / count;
  return { raw: high - low, margin: (high - low) / Math.sqrt(Math.max(within, (1e-12 * squares) / count, 1e-300)) };
}

/** Bring a statistic of all labellings to one scale: less its median, in root mean squares of the upper half. */
function inDeviations(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  const deviation = Math.sqrt(2 * mean(values.map(value => Math.max(value - median, 0) ** 2)));
  return values.map(value => (deviation > 0 ? (value - median) / deviation : 0));
}
