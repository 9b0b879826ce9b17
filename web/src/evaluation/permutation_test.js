// Do the labels say more of the photos than permuted labels would? catsex/evaluation/permuting/permutation_test.py, which says why:
// in closed form, for all permutations at once, of the same labellings.
import { TEST } from '../constants.js';
import { balancedAccuracy, mean } from './metrics.js';
import { findPermutationScheme } from './permutation_scheme.js';
import { dot, inverse } from './solve.js';
import { places } from './splits.js';

const { PENALTY, EQUAL } = TEST;

/**
 * Test whether the labels have anything to do with the features. Every photo is given scores by ridge regression and by
 * the nearest class mean that have not seen its group.
 * @param {Float32Array} features - (n, d)
 * @param {object} options
 * @param {number[]} options.labels
 * @param {number[]} options.groups - photos with the same number belong together
 * @param {number[]} options.alike - what stays together inside groups of several classes
 * @param {number} options.classes
 * @param {number} options.seed
 * @param {number} options.permutations
 * @returns {{p: number, observed: number, nulls: number[], asGood: number, accuracies: number[]}} statistics in standard
 *   deviations of chance; accuracies of ridge regression under permuted labels
 */
export function permutationTest(features, { labels, groups, alike, classes, seed, permutations }) {
  const scheme = findPermutationScheme(labels, groups, alike);
  const units = scheme.labels.length;
  const { ridge, nearest } = scoreMatrices(features, groups);
  const ofPhotos = byUnit(ridge, scheme.unit, units); // what each unit's label gives to each photo
  const ofUnits = [ofPhotos, byUnit(nearest, scheme.unit, units)].map(rows => rows.map(row => unitMeans(row, scheme)));
  const columns = classes === 2 ? [1] : Array.from({ length: classes }, (_, c) => c);
  const separations = [];
  const distances = [];
  const accuracies = [];
  for (const labelling of [scheme.labels, ...scheme.drawStreams(seed, permutations)]) {
    const sums = (rows, c) => total(rows, labelling, c);
    const compared = ofUnits.map(rows => columns.map(c => compare(sums(rows, c), labelling, c)));
    separations.push(signedRoot(mean(compared[0].map(({ margin }) => margin * Math.abs(margin)))));
    distances.push(mean(compared[1].map(({ raw }) => raw)));
    const scores = columns.map(c => sums(ofPhotos, c));
    const predicted = Array.from(labels, (_, i) => (classes === 2 ? +(scores[0][i] > 0) : highest(scores, i)));
    accuracies.push(
      balancedAccuracy(
        predicted,
        scheme.unit.map(unit => labelling[unit]),
        classes,
      ),
    );
  }
  const scaled = inDeviations(distances);
  const [observed, ...nulls] = inDeviations(separations).map((value, k) => Math.max(value, scaled[k]));
  const asGood = nulls.filter(value => value >= observed - EQUAL).length;
  const p = Math.max((1 + asGood) / (1 + permutations), scheme.smallestP);
  return { p, observed, nulls, asGood, accuracies: accuracies.slice(1) };
}

const signedRoot = value => Math.sign(value) * Math.sqrt(Math.abs(value));

function highest(scores, i) {
  let best = 0;
  for (let c = 1; c < scores.length; c++) if (scores[c][i] > scores[best][i]) best = c;
  return best;
}

/**
 * Return what a photo's label gives to the scores of the others, whose groups leave it out: for each photo a row of n
 * numbers, by ridge regression and by the nearest mean.
 */
function scoreMatrices(features, groups) {
  const n = groups.length;
  const kernel = products(features, n);
  const penalty = (PENALTY * kernel.reduce((sum, row, i) => sum + row[i], 0)) / n;
  const penalised = kernel.map((row, i) => row.map((value, j) => (i === j ? value + penalty : value)));
  // K (K + a I)^-1 = I - a (K + a I)^-1; and 1 / n, since the mean is fitted too.
  const hat = inverse(penalised).map((row, i) => row.map((value, j) => +(i === j) - penalty * value + 1 / n));
  const ridge = Array.from({ length: n }, () => new Float64Array(n));
  const nearest = Array.from({ length: n }, () => new Float64Array(n));
  for (const members of membersOf(groups)) {
    const others = n - members.length;
    const left = members.map(i => Float64Array.from(members, j => +(i === j) - hat[i][j]));
    const without = members.length === 1 ? null : inverse(left);
    const own = members.map(i => members.reduce((sum, j) => sum + kernel[i][j], 0) / others);
    const inside = new Set(members);
    for (let j = 0; j < n; j++) {
      if (inside.has(j)) continue;
      const fitted = members.map(i => hat[i][j]);
      const product = members.map((i, a) => kernel[i][j] + own[a]);
      const more = product.reduce((a, b) => a + b) / others;
      members.forEach((i, a) => {
        const solved = without ? dot(without[a], fitted) : fitted[0] / left[0][0];
        ridge[j][i] = solved - 1 / others;
        nearest[j][i] = product[a] + more;
      });
    }
  }
  return { ridge, nearest };
}

/** Return the products of the features of any two photos, less the mean of all: (n, n), in rows. */
function products(features, n) {
  const d = features.length / n;
  const x = Float64Array.from(features);
  for (let c = 0; c < d; c++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i * d + c];
    for (let i = 0; i < n; i++) x[i * d + c] -= sum / n;
  }
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let p = i * d, q = j * d, end = p + d; p < end; p++, q++) sum += x[p] * x[q];
      rows[i][j] = rows[j][i] = sum;
    }
  }
  return rows;
}

function membersOf(groups) {
  const { group, sizes } = places(groups);
  const members = sizes.map(() => []);
  group.forEach((own, i) => {
    members[own].push(i);
  });
  return members;
}

/** Add up the rows of each unit's photos. */
function byUnit(rows, unit, units) {
  const sums = Array.from({ length: units }, () => new Float64Array(rows.length));
  rows.forEach((row, i) => {
    add(sums[unit[i]], row);
  });
  return sums;
}

function add(sum, row) {
  for (let i = 0; i < row.length; i++) sum[i] += row[i];
}

/** Return the mean score of each unit's photos, less the mean of its block's units. */
function unitMeans(scores, { unit, block, labels }) {
  const means = new Float64Array(labels.length);
  const sizes = new Float64Array(labels.length);
  scores.forEach((score, i) => {
    means[unit[i]] += score;
    sizes[unit[i]] += 1;
  });
  const blocks = new Map();
  means.forEach((sum, u) => {
    means[u] = sum / sizes[u];
    const own = blocks.get(block[u]) ?? { sum: 0, count: 0 };
    blocks.set(block[u], { sum: own.sum + means[u], count: own.count + 1 });
  });
  return means.map((value, u) => value - blocks.get(block[u]).sum / blocks.get(block[u]).count);
}

/** Add up the rows of the units that a labelling puts into a class. */
function total(rows, labelling, c) {
  const sum = new Float64Array(rows[0].length);
  for (let u = 0; u < rows.length; u++) if (labelling[u] === c) add(sum, rows[u]);
  return sum;
}

/** Return by how much the units of a class score higher, and the same in standard deviations within the two sides. */
function compare(scores, labelling, c) {
  let [inside, high, all, squares] = [0, 0, 0, 0];
  for (let u = 0; u < scores.length; u++) {
    const score = scores[u];
    all += score;
    squares += score * score;
    if (labelling[u] !== c) continue;
    inside += 1;
    high += score;
  }
  const units = scores.length;
  const low = (all - high) / (units - inside);
  high /= inside;
  const within = (squares - inside * high ** 2 - (units - inside) * low ** 2) / units;
  const raw = high - low;
  return { raw, margin: raw / Math.sqrt(Math.max(within, (1e-12 * squares) / units, 1e-300)) };
}

/** Bring a statistic of all labellings to one scale: less its median, in root mean squares of the upper half. */
function inDeviations(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const middle = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  const spread = Math.sqrt(2 * mean(values.map(value => Math.max(value - middle, 0) ** 2)));
  return values.map(value => (spread > 0 ? (value - middle) / spread : 0));
}
