// Which photos belong together: near-duplicates, and those of one subject. catsex/evaluation/grouping/join.py.
import { ALL_ALIKE, CHAIN, DUPLICATES, NEAR_DUPLICATE, SHARE_OF_SPREAD } from '../constants.js';
import { ofOneClass } from './permutation_scheme.js';

const { FEW, MANY } = DUPLICATES;

/** Return each photo's features at length 1, one row after the other. */
export function normalised(features, n, d) {
  const result = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = i * d; k < (i + 1) * d; k++) sum += features[k] ** 2;
    const length = Math.max(Math.sqrt(sum), 1e-12);
    for (let k = i * d; k < (i + 1) * d; k++) result[k] = features[k] / length;
  }
  return result;
}

/**
 * Find photos that are the same, or nearly: closer than 0.9, or more where the set itself is that alike; but for pairs
 * that would join groups whose photos lie apart.
 * @returns {Array<[number, number, number]>} pairs of photos with the cosine of their features, the closest first
 */
export function findDuplicates(features, n, d) {
  const unit = normalised(features, n, d);
  const least = thresholds(unit, n, d);
  const pairs = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const cosine = product(unit, i, j, d);
      if (cosine > Math.max(least[i], least[j])) pairs.push([i, j, Math.min(1, Number(cosine.toFixed(6)))]);
    }
  }
  return withoutLongChains(
    unit,
    d,
    pairs.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]),
    least,
  );
}

/** Return the product of two rows. */
export function product(unit, i, j, d) {
  let sum = 0;
  for (let p = i * d, q = j * d, end = p + d; p < end; p++, q++) sum += unit[p] * unit[q];
  return sum;
}

/** Return above which cosine others are near-duplicates of each photo. */
function thresholds(unit, n, d) {
  const every = Math.max(1, Math.floor(n / MANY));
  const others = [];
  for (let j = 0; j < n; j += every) others.push(j);
  const medians = Array.from({ length: n }, (_, i) => median(others.map(j => product(unit, i, j, d))));
  if (n < FEW || median(medians) < ALL_ALIKE) return medians.map(() => NEAR_DUPLICATE);
  return medians.map(middle => Math.max(NEAR_DUPLICATE, 1 - SHARE_OF_SPREAD * (1 - middle)));
}

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Leave out the pairs that join groups whose photos are on average farther apart than CHAIN allows. */
function withoutLongChains(unit, d, pairs, least) {
  const group = least.map((_, i) => i);
  const total = new Map();
  const size = new Map();
  const of = photo => {
    if (group[photo] !== photo) group[photo] = of(group[photo]);
    return group[photo];
  };
  return pairs.filter(([one, other, cosine]) => {
    const a = of(one);
    const b = of(other);
    if (a === b) return true;
    const [first, second] = [a, b].map(
      root => total.get(root) ?? Float64Array.from(unit.subarray(root * d, (root + 1) * d)),
    );
    const sizes = [a, b].map(root => size.get(root) ?? 1);
    const sum = first.reduce((so, x, k) => so + x * second[k], 0);
    if (cosine < 1 && 1 - sum / (sizes[0] * sizes[1]) > CHAIN * (1 - Math.max(least[one], least[other]))) return false;
    group[b] = a;
    total.set(
      a,
      first.map((x, k) => x + second[k]),
    );
    size.set(a, sizes[0] + sizes[1]);
    return true;
  });
}

/**
 * Return which photos belong together: those of one group, and those that a chain of near-duplicates joins.
 * @param {number} n
 * @param {Array<[number, number, ...any]>} pairs
 * @param {(string|null)[]} [groups] - the same name for photos of the same subject; null for a photo by itself
 * @returns {number[]} the first photo of each photo's group
 */
export function join(n, pairs, groups = []) {
  const group = Array.from({ length: n }, (_, i) => i);
  for (const [first, second] of [...pairs, ...pairsOf(groups)]) {
    const low = Math.min(group[first], group[second]);
    const high = Math.max(group[first], group[second]);
    if (low !== high)
      group.forEach((own, i) => {
        if (own === high) group[i] = low;
      });
  }
  return group;
}

/**
 * Return which photos keep one label even where those of a group have several: told subjects of one class, and
 * near-duplicates of one class. Alike.units of catsex/evaluation/grouping/alike.py.
 * @param {number[]} labels
 * @param {Array<[number, number, ...any]>} pairs
 * @param {(string|null)[]} [told] - as `join` takes groups
 */
export function unitsOf(labels, pairs, told = []) {
  const named = labels.map((_, i) => told[i] ?? null);
  const pure = ofOneClass(labels, named);
  return join(
    labels.length,
    pairs.filter(([first, second]) => labels[first] === labels[second]),
    named.map((name, i) => (pure[i] ? name : null)),
  );
}

/** Return pairs that join the photos of each group. */
function pairsOf(groups) {
  const first = new Map();
  const pairs = [];
  groups.forEach((group, i) => {
    if (group === null) return;
    if (first.has(group)) pairs.push([first.get(group), i]);
    else first.set(group, i);
  });
  return pairs;
}

// Names that cameras give, which say nothing of what a photo shows.
const CAMERA_NAMES =
  /^(img|image|photo|foto|pic|picture|dsc[nf]?|p|pxl|vid|frame|scan|camera|kamera|whatsapp image|screenshot)$/i;

/**
 * Guess from its name which subject a photo shows: tom_1.jpg and tom-02.jpg show tom.
 * @returns {string|null}
 */
export function subjectOf(name) {
  const match = /^(.*?\p{L}.*?)[\s_.-]+\(?\d+\)?$/u.exec(name.replace(/\.\w+$/, ''));
  return match && !CAMERA_NAMES.test(match[1].replace(/[\s_.-]*\d+$/, '')) ? match[1].trim().toLowerCase() : null;
}
