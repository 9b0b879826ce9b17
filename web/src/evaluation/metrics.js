// The numbers of an evaluation: catsex/evaluation/metrics.py.
import { roundHalfEven } from './round.js';
import { places } from './splits.js';

const BOOTSTRAPS = 10000;

export const mean = list => list.reduce((a, b) => a + b, 0) / list.length;

/** Standard deviation of the whole population, as numpy's. */
export function deviation(list) {
  const middle = mean(list);
  return Math.sqrt(mean(list.map(x => (x - middle) ** 2)));
}

/** Return numpy's quantile, by linear interpolation, of sorted numbers. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const t = place - low;
  const a = sorted[low];
  const b = sorted[Math.min(low + 1, sorted.length - 1)];
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/** Return how many photos each class has. */
export function counts(labels, classes) {
  const result = Array(classes).fill(0);
  for (const label of labels) result[label]++;
  return result;
}

/** Return the mean over classes of the share of their photos that are right. */
export function balancedAccuracy(predictions, labels, classes) {
  const right = Array(classes).fill(0);
  const all = Array(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    all[labels[i]]++;
    if (predictions[i] === labels[i]) right[labels[i]]++;
  }
  return mean(right.map((r, c) => r / all[c]));
}

/** Return for each photo the share of repeats in which it was right. */
export const scoresOf = (predictions, labels) =>
  labels.map((label, i) => mean(predictions.map(row => +(row[i] === label))));

/** Count the groups that have photos of each class. */
export function groupsPerClass(labels, groups, classes) {
  const found = Array.from({ length: classes }, () => new Set());
  labels.forEach((label, i) => found[label].add(groups[i]));
  return found.map(set => set.size);
}

/**
 * Return the mean over classes of the share of their groups that are right by the majority of their photos. Of a group
 * with photos of several classes, those of each class count as a group; a tie counts as a share.
 */
export function groupAccuracy(predictions, labels, groups, classes) {
  const members = new Map();
  labels.forEach((label, i) => {
    const key = `${label} ${groups[i]}`;
    members.set(key, [...(members.get(key) ?? []), i]);
  });
  const scores = Array.from({ length: classes }, () => []);
  for (const photos of members.values()) {
    const label = labels[photos[0]];
    scores[label].push(
      mean(
        predictions.map(row => {
          const votes = counts(
            photos.map(i => row[i]),
            classes,
          );
          const most = Math.max(...votes);
          return votes[label] === most ? 1 / votes.filter(count => count === most).length : 0;
        }),
      ),
    );
  }
  return mean(scores.map(mean));
}

/**
 * Return the mean over classes of their photos' mean score, for many samples of the groups. Groups of one class are
 * drawn with replacement within that class, groups of several among themselves. A photo may count as more or less than
 * one by its weight.
 * @returns {Float64Array} in the order of the draws
 */
export function bootstrap(random, scores, labels, groups, classes, weights = null) {
  const { group, first } = places(groups);
  const sums = new Float64Array(first.length * classes);
  const sizes = new Float64Array(sums.length);
  group.forEach((own, i) => {
    const weight = weights ? weights[i] : 1;
    sums[own * classes + labels[i]] += scores[i] * weight;
    sizes[own * classes + labels[i]] += weight;
  });
  const stratum = first.map((_, g) => {
    const present = [...sizes.subarray(g * classes, (g + 1) * classes)].flatMap((count, c) => (count ? [c] : []));
    return present.length === 1 ? present[0] : classes;
  });
  const samples = first.length <= 2000 ? BOOTSTRAPS : BOOTSTRAPS / 10;
  const total = new Float64Array(samples * classes);
  const number = new Float64Array(samples * classes);
  for (const one of [...new Set(stratum)].sort((a, b) => a - b)) {
    const members = stratum.flatMap((own, g) => (own === one ? [g] : []));
    for (let at = 0; at < total.length; at += classes) {
      for (let k = 0; k < members.length; k++) {
        const drawn = members[Math.floor(random() * members.length)] * classes;
        for (let c = one === classes ? 0 : one; c < (one === classes ? classes : one + 1); c++) {
          total[at + c] += sums[drawn + c];
          number[at + c] += sizes[drawn + c];
        }
      }
    }
  }
  return Float64Array.from({ length: samples }, (_, s) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += total[s * classes + c] / Math.max(number[s * classes + c], 1e-9);
    return sum / classes;
  });
}

/** Return the quantiles of numbers in any order. */
export function quantiles(draws, shares) {
  const sorted = Float64Array.from(draws).sort();
  return shares.map(share => quantile(sorted, share));
}

/**
 * Return a 95 % interval for the balanced accuracy by bootstrap over groups; each class has imaginary groups more,
 * together as large as two of its groups, which are right as often as guessing is. It is as wide at least as luck's
 * standard deviation says.
 */
export function interval(random, predictions, labels, groups, classes, nullSd) {
  const perClass = groupsPerClass(labels, groups, classes);
  const next = Math.max(...groups) + 1;
  const sizes = counts(labels, classes).map((count, c) => roundHalfEven(count / perClass[c]));
  const imaginary = Array.from({ length: classes * classes }, (_, i) => i % classes);
  const draws = bootstrap(
    random,
    [...scoresOf(predictions, labels), ...imaginary.map((_, i) => +(i < classes))],
    [...labels, ...imaginary],
    [...groups, ...imaginary.map((_, i) => next + i)],
    classes,
    [...labels.map(() => 1), ...imaginary.map(c => (2 / classes) * sizes[c])],
  );
  const accuracy = mean(predictions.map(row => balancedAccuracy(row, labels, classes)));
  const chance = 1 / classes;
  const middle = mean(draws);
  const spread = nullSd * Math.sqrt((middle * (1 - middle)) / (chance * (1 - chance)));
  const wider = Math.max(1, spread / Math.max(deviation(draws), 1e-9));
  const [low, high] = quantiles(draws, [0.025, 0.975]).map(bound => middle + (bound - middle) * wider);
  return [Math.min(Math.max(0, low), accuracy), Math.max(Math.min(1, high), accuracy)];
}

/** Return the accuracy above which p is below `level`; 1 if even a perfect result would not be. */
export function detectableAccuracy(nulls, level = 0.05) {
  const allowed = Math.ceil(level * (1 + nulls.length)) - 2;
  return allowed < 0 ? 1 : [...nulls].sort((a, b) => b - a)[allowed];
}

/** Return the accuracy of a classifier halfway between guessing and perfection. */
export const goodAccuracy = classes => (1 / classes + 1) / 2;

/**
 * Return how often a classifier that is right on `accuracy` of new photos would exceed `detectable`, by the number of
 * groups of each class.
 */
export function power(detectable, perClass, accuracy) {
  const spread = Math.sqrt(perClass.reduce((sum, n) => sum + (accuracy * (1 - accuracy)) / n, 0)) / perClass.length;
  return 1 - normalBelow((detectable - accuracy) / spread);
}

/** The standard normal distribution function; error below 1e-14. */
export function normalBelow(x) {
  const size = Math.abs(x);
  if (size > 38) return x < 0 ? 0 : 1;
  let below;
  if (size < 5) {
    // Marsaglia, G. (2004), Evaluating the normal distribution: a series with positive terms only
    let term = size;
    let sum = size;
    for (let k = 3; term > sum * 1e-17; k += 2) sum += term *= (size * size) / k;
    below = 0.5 + (sum * Math.exp(-0.5 * size * size)) / Math.sqrt(2 * Math.PI);
  } else {
    // the continued fraction of the tail
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / (size + fraction);
    below = 1 - Math.exp(-0.5 * size * size) / Math.sqrt(2 * Math.PI) / (size + fraction);
  }
  return x < 0 ? 1 - below : below;
}

/** Return how often photos of each class (rows) were put in each class (columns), as shares. */
export function confusion(predictions, labels, classes) {
  const table = Array.from({ length: classes }, () => Array(classes).fill(0));
  const all = counts(labels, classes);
  for (const row of predictions)
    labels.forEach((label, i) => {
      table[label][row[i]]++;
    });
  return table.map((row, label) => row.map(count => count / (all[label] * predictions.length)));
}
