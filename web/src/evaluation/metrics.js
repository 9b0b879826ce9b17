// The numbers of an evaluation: catsex/evaluation/metrics.py.
import { INTERVAL } from '../constants.js';
import { places } from './splits.js';

const { SHARED_TRAINING } = INTERVAL;

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

/** Return the mean over classes of their photos' mean score, and the variance that it has as groups are drawn. */
export function meanAndVariance(scores, labels, groups, classes) {
  const sizes = counts(labels, classes);
  const several = groupsPerClass(labels, groups, classes);
  const shares = sizes.map((size, c) => Math.sqrt(several[c] / Math.max(several[c] - 1, 1)) / (classes * size));
  const means = Array(classes).fill(0);
  scores.forEach((score, i) => {
    means[labels[i]] += score / sizes[labels[i]];
  });
  const { group, first } = places(groups);
  const sums = new Float64Array(first.length);
  scores.forEach((score, i) => {
    sums[group[i]] += (score - means[labels[i]]) * shares[labels[i]];
  });
  return [mean(means), sums.reduce((sum, each) => sum + each * each, 0)];
}

/** Return how much each group counts in the balanced accuracy, together 1. */
export function groupWeights(labels, groups, classes) {
  const sizes = counts(labels, classes);
  const { group, first } = places(groups);
  const weights = new Float64Array(first.length);
  labels.forEach((label, i) => {
    weights[group[i]] += 1 / (classes * sizes[label]);
  });
  return weights;
}

/** Return the 97.5th percentile of Student's t distribution: Abramowitz and Stegun (1964), 26.7.5. */
export function studentT(freedom) {
  const z = 1.9599639845400536;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}

/** Return a 95 % interval for the balanced accuracy: Wilson's, of an effective number of predictions. */
export function interval(predictions, labels, groups, classes) {
  const variances = predictions.map(
    row =>
      meanAndVariance(
        row.map((answer, i) => +(answer === labels[i])),
        labels,
        groups,
        classes,
      )[1],
  );
  const [accuracy, ofMean] = meanAndVariance(scoresOf(predictions, labels), labels, groups, classes);
  const ofOne = mean(variances);
  const variance = ofMean + Math.min(SHARED_TRAINING * ofOne, 2 * (ofOne - ofMean));
  const weights = groupWeights(labels, groups, classes);
  const sum = power => weights.reduce((so, weight) => so + weight ** power, 0);
  const number = 1 / sum(2);
  const freedom = sum(2) ** 2 / sum(4);
  const binomial = accuracy * (1 - accuracy);
  const independent = (number * (freedom * binomial + 1)) / (freedom * number * variance + 1); // the effective number
  const square = studentT(number) ** 2 / independent;
  const middle = (accuracy + square / 2) / (1 + square);
  const half = Math.sqrt(square * binomial + square ** 2 / 4) / (1 + square);
  return [Math.max(0, Math.min(middle - half, accuracy)), Math.min(1, Math.max(middle + half, accuracy))];
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
