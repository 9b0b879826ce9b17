// The whole evaluation, in order: catsex/evaluation/protocol.py, with the training left to workers.
import { findFew } from './check.js';
import { groupPairs, units } from './groups.js';
import { confusion, detectableAccuracy, deviation, goodAccuracy, interval, mean, power } from './metrics.js';
import { permutationTest } from './permutation_test.js';
import { generator } from './random.js';
import { shortcuts } from './shortcuts.js';

export const FOLDS = 5, PERMUTATIONS = 1000;
export const CURVE_STREAM = 2 ** 31, INTERVAL_STREAM = CURVE_STREAM + 1, HEAD_STREAM = CURVE_STREAM + 2;

export const repeatsFor = n => Math.max(1, Math.min(10, Math.floor(4000 / n)));

/**
 * Evaluate whether a network can learn to tell photos apart.
 * @param {Learners} learners - the workers
 * @param {object} photos
 * @param {Float32Array} photos.features - (n, d)
 * @param {number[][]} photos.trivial - nine numbers of each photo
 * @param {number[]} photos.labels
 * @param {(string|null)[]} photos.groups - of photos that show the same subject, the same name
 * @param {string[]} photos.names
 * @param {string[]} photos.classNames
 * @param {object} options - seed, permutations, signal (to stop), progress (of {step, ...})
 * @returns {Promise<{results: object, head: object}>} results named as Python's
 * @throws {TooFew} if there are too few photos in a class
 */
export async function evaluate(learners, photos, { seed, permutations = PERMUTATIONS, signal, progress = () => {} }) {
  const started = performance.now(), { features, labels, classNames } = photos, n = labels.length;
  const classes = classNames.length, d = features.length / n, repeats = repeatsFor(n);
  progress({ step: 'duplicates' });
  const trainer = await learners.use(features, n, d, signal);
  const duplicates = await learners.duplicates();
  const unit = units(n, [...duplicates, ...groupPairs(photos.groups)]);
  findFew(labels, unit, classNames, FOLDS);
  const options = { labels, unit, classes, folds: FOLDS, repeats, permutations, seed, class_names: classNames };
  const test = await permutationTest(trainer, { ...options, test: 0 }, state => {
    progress({ step: 'heads', ...state, done: state.done * FOLDS, count: state.count * FOLDS });
  });
  progress({ step: 'curve' });
  const curve = await learners.curve({ ...options, stream: CURVE_STREAM });
  const head = await learners.head({ labels, classes, seed, stream: HEAD_STREAM });
  const trainerOn = (numbers, columns) => learners.use(numbers, n, columns, signal);
  const found = await shortcuts(trainerOn, photos.trivial, options, share => progress({ step: 'shortcuts', share }));
  const results = summarise(test, curve, found, options);
  results.photos = photos.names.map((name, i) => photoRecord(name, i, labels, classNames, test.answers));
  results.duplicates = duplicates.map(([a, b, cosine]) => [photos.names[a], photos.names[b], Number(cosine.toFixed(4))]);
  results.seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  return { results, head: { ...head, classNames } };
}

/** Put the numbers together as Python's results have them. */
export function summarise(test, curve, found, { labels, classes, folds, repeats, permutations, seed, class_names }) {
  const detectable = detectableAccuracy(test.nulls), good = goodAccuracy(classes);
  return {
    accuracy: test.accuracy,
    interval: interval(generator(seed, INTERVAL_STREAM), test.answers, labels, classes),
    p_value: test.p, chance: 1 / classes, detectable_accuracy: detectable, good,
    power: power(detectable, labels, classes, good), null_mean: mean(test.nulls), null_sd: deviation(test.nulls),
    null: test.nulls.map(value => Number(value.toFixed(6))), class_names,
    confusion: confusion(test.answers, labels, classes), learning_curve: curve.points, still_rising: curve.gain[0] > 0,
    shortcuts: found, folds, repeats, permutations, heads: folds * repeats * (1 + permutations),
  };
}

function photoRecord(name, i, labels, classNames, answers) {
  const put = Array(classNames.length).fill(0);
  for (const row of answers) put[row[i]]++;
  return { name, class: classNames[labels[i]], right: put[labels[i]] / answers.length, answers: put };
}
