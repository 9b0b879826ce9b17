// The numbers of an evaluation: catsex/evaluation/metrics.py.

const BOOTSTRAPS = 10000;

export const mean = list => list.reduce((a, b) => a + b, 0) / list.length;

/** Standard deviation of the whole population, as numpy's. */
export function deviation(list) {
  const middle = mean(list);
  return Math.sqrt(mean(list.map(x => (x - middle) ** 2)));
}

/** Return numpy's quantile, by linear interpolation, of sorted numbers. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1), low = Math.floor(place), t = place - low;
  const a = sorted[low], b = sorted[Math.min(low + 1, sorted.length - 1)];
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/** Return how many photos each class has. */
export function counts(labels, classes) {
  const result = Array(classes).fill(0);
  for (const label of labels) result[label]++;
  return result;
}

/** Return the mean over classes of the share of their photos that are right. */
export function balancedAccuracy(answers, labels, classes) {
  const right = Array(classes).fill(0), all = Array(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    all[labels[i]]++;
    if (answers[i] === labels[i]) right[labels[i]]++;
  }
  return mean(right.map((r, c) => r / all[c]));
}

/** Return for each photo the share of repeats in which it was right. */
export const scoresOf = (answers, labels) => labels.map((label, i) => mean(answers.map(row => +(row[i] === label))));

/** Return the mean over classes of their mean score, for many samples of the photos, sorted. */
export function bootstrap(random, scores, labels, classes) {
  const draws = new Float64Array(BOOTSTRAPS);
  for (let label = 0; label < classes; label++) {
    const members = scores.filter((_, i) => labels[i] === label);
    for (let draw = 0; draw < BOOTSTRAPS; draw++) {
      let sum = 0;
      for (let k = 0; k < members.length; k++) sum += members[Math.floor(random() * members.length)];
      draws[draw] += sum / members.length;
    }
  }
  return draws.map(sum => sum / classes).sort();
}

/** Return a 95 % interval for the balanced accuracy; each class has two imaginary photos more, one of them right. */
export function interval(random, answers, labels, classes) {
  const imaginary = Array.from({ length: classes }, (_, c) => c);
  const scores = [...scoresOf(answers, labels), ...imaginary.map(() => 1), ...imaginary.map(() => 0)];
  const draws = bootstrap(random, scores, [...labels, ...imaginary, ...imaginary], classes);
  const accuracy = mean(answers.map(row => balancedAccuracy(row, labels, classes)));
  return [Math.min(quantile(draws, 0.025), accuracy), Math.max(quantile(draws, 0.975), accuracy)];
}

/** Return the accuracy above which p is below `level`; 1 if even a perfect result would not be. */
export function detectableAccuracy(nulls, level = 0.05) {
  const allowed = Math.ceil(level * (1 + nulls.length)) - 2;
  return allowed < 0 ? 1 : [...nulls].sort((a, b) => b - a)[allowed];
}

/** Return the accuracy of a classifier halfway between guessing and perfection. */
export const goodAccuracy = classes => (1 / classes + 1) / 2;

/** Return how often a classifier that is right on `accuracy` of new photos would exceed `detectable`. */
export function power(detectable, labels, classes, accuracy) {
  const spread = Math.sqrt(counts(labels, classes).reduce((sum, n) => sum + accuracy * (1 - accuracy) / n, 0)) / classes;
  return 1 - normalBelow((detectable - accuracy) / spread);
}

/** The standard normal distribution function; error below 1e-14. */
export function normalBelow(x) {
  const size = Math.abs(x);
  if (size > 38) return x < 0 ? 0 : 1;
  let below;
  if (size < 5) { // Marsaglia, G. (2004), Evaluating the normal distribution: a series with positive terms only
    let term = size, sum = size;
    for (let k = 3; term > sum * 1e-17; k += 2) sum += term *= size * size / k;
    below = 0.5 + sum * Math.exp(-0.5 * size * size) / Math.sqrt(2 * Math.PI);
  } else { // the continued fraction of the tail
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / (size + fraction);
    below = 1 - Math.exp(-0.5 * size * size) / Math.sqrt(2 * Math.PI) / (size + fraction);
  }
  return x < 0 ? 1 - below : below;
}

/** Return how often photos of each class (rows) were put in each class (columns), as shares. */
export function confusion(answers, labels, classes) {
  const table = Array.from({ length: classes }, () => Array(classes).fill(0)), all = counts(labels, classes);
  for (const row of answers) labels.forEach((label, i) => { table[label][row[i]]++; });
  return table.map((row, label) => row.map(count => count / (all[label] * answers.length)));
}
