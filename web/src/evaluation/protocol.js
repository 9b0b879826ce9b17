// The whole evaluation, in order: catsex/evaluation/protocol.py, with the training left to workers.
import { foldsFor } from './check.js';
import { join, unitsOf } from './groups.js';
import * as metrics from './metrics.js';
import { findExchanges } from './permutation_scheme.js';
import { generator } from './random.js';
import { places, stratifiedFolds } from './splits.js';

export const PERMUTATIONS = 1000;
// Random numbers of their own for all that is drawn, beside the permutation test's streams below 2 ** 31.
export const CURVE = 2 ** 31,
  HEAD = CURVE + 1,
  HELD_OUT = CURVE + 2,
  GROUPING = CURVE + 3,
  SHORTCUTS = CURVE + 4;

export const repeatsFor = n => Math.max(1, Math.min(10, Math.floor(4000 / n)));

/**
 * Evaluate whether a network can learn to tell photos apart.
 * @param {Learners} learners - the workers
 * @param {object} photos - sorted by their checksums
 * @param {Float32Array} photos.features - (n, d)
 * @param {number[][]} photos.trivial - nine numbers of each photo
 * @param {number[]} photos.labels
 * @param {(string|null)[]|null} photos.groups - of photos that show the same subject, the same name; null if nobody
 *   has said anything about that
 * @param {string[]} photos.names
 * @param {string[]} photos.files - names of their files alone
 * @param {({camera: string, seconds: number}|null)[]} photos.taken - by which camera and when; null where that is not
 *   known, or is not to count
 * @param {string[]} photos.classNames
 * @param {object} options - seed, permutations, signal (to stop), progress (of {step})
 * @returns {Promise<{results: object, head: object, familiar: number}>} results named as Python's; familiar, below
 * which
 *   cosine with all of them a photo looks like none of these
 * @throws {TooFew} if there are too few photos in a class
 */
export async function evaluate(learners, photos, { seed, permutations = PERMUTATIONS, signal, progress = () => {} }) {
  const started = performance.now();
  const { features, labels, classNames } = photos;
  const n = labels.length;
  const classes = classNames.length;
  const d = features.length / n;
  const repeats = repeatsFor(n);
  const known = photos.groups !== null;
  progress({ step: 'duplicates' });
  await learners.use(features, n, d, signal);
  const found = await learners.alike({ labels, files: photos.files, taken: photos.taken });
  const pairs = Object.values(found).flat();
  const groups = join(n, pairs, photos.groups ?? []);
  const alike = unitsOf(labels, pairs, photos.groups ?? []);
  const folds = foldsFor({ labels, groups, classNames, names: photos.names, known, bursts: found.bursts });
  const options = {
    labels,
    groups,
    alike,
    known,
    classes,
    folds,
    repeats,
    permutations,
    seed,
    class_names: classNames,
  };
  progress({ step: 'running' });
  const [test, predictions, curve, head, hints, familiar] = await Promise.all([
    learners.test(options, signal),
    learners.heldOut({ ...options, stream: HELD_OUT }, signal),
    learners.curve({ ...options, stream: CURVE }, signal),
    learners.head({ labels, classes, seed, stream: HEAD }),
    learners.shortcuts({ ...options, trivial: photos.trivial, stream: SHORTCUTS }),
    learners.familiar({ groups }),
  ]);
  signal?.throwIfAborted();
  const results = summarise(test, predictions, curve, hints, options);
  results.photos = photos.names.map((name, i) => photoRecord(name, i, labels, classNames, predictions));
  Object.assign(results, nameAlike(found, photos.names));
  results.seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  return { results, head: { ...head, classNames }, familiar };
}

/** Put names in place of positions: `Alike.name` of catsex/evaluation/grouping/alike.py. */
const nameAlike = (found, names) =>
  Object.fromEntries(
    Object.entries(found).map(([kind, pairs]) => [
      kind,
      pairs.map(([a, b, cosine]) => [names[a], names[b], ...(cosine === undefined ? [] : [Number(cosine.toFixed(4))])]),
    ]),
  );

/** Put the numbers together as Python's results have them, and `good` and `photos_of`, which the verdict needs. */
export function summarise(test, predictions, curve, found, options) {
  const { labels, groups, classes, folds, repeats, seed, class_names } = options;
  const detectable = metrics.detectableAccuracy(test.accuracies);
  const good = metrics.goodAccuracy(classes);
  const [gain, variance] = metrics.meanAndVariance(
    curve.full.map((score, i) => score - curve.half[i]),
    labels,
    groups,
    classes,
  );
  return {
    accuracy: metrics.mean(predictions.map(row => metrics.balancedAccuracy(row, labels, classes))),
    group_accuracy: metrics.groupAccuracy(predictions, labels, groups, classes),
    interval: metrics.interval(predictions, labels, groups, classes),
    p_value: test.p,
    chance: 1 / classes,
    detectable_accuracy: detectable,
    good,
    photos_of: metrics.counts(labels, classes),
    power: metrics.power(detectable, metrics.groupsPerClass(labels, groups, classes), good),
    observed: Number(test.observed.toFixed(6)),
    as_good: test.asGood,
    null_mean: metrics.mean(test.accuracies),
    null_sd: metrics.deviation(test.accuracies),
    null: test.nulls.map(value => Number(value.toFixed(6))),
    class_names,
    confusion: metrics.confusion(predictions, labels, classes),
    learning_curve: curve.points,
    still_rising: gain > 1.96 * Math.sqrt(variance),
    groups: grouping(generator(seed, GROUPING), options),
    shortcuts: found,
    folds,
    repeats,
    permutations: test.nulls.length,
    heads: folds * repeats,
  };
}

/** Return how the photos are grouped, what exchanges their labels, and what so many groups allow to find. */
function grouping(random, { labels, groups, alike, known, classes, folds }) {
  const { group, sizes } = places(groups);
  const exchanges = findExchanges(labels, groups, alike);
  const inFold = [];
  const groupsInFold = [];
  for (const row of stratifiedFolds(random, Array(10).fill(labels), groups, folds)) {
    for (let fold = 0; fold < folds; fold++) {
      const members = group.filter((_, i) => row[i] === fold);
      inFold.push(members.length);
      groupsInFold.push(new Set(members).size);
    }
  }
  const range = numbers => [Math.min(...numbers), Math.max(...numbers)];
  return {
    number: sizes.length,
    photos: range(sizes),
    per_class: metrics.groupsPerClass(labels, groups, classes),
    fold_photos: range(inFold),
    fold_groups: range(groupsInFold),
    permutation_scheme: exchanges.kind,
    smallest_p: exchanges.smallestP,
    needed: exchanges.groupsNeeded(),
    known,
  };
}

function photoRecord(name, i, labels, classNames, predictions) {
  const put = Array(classNames.length).fill(0);
  for (const row of predictions) put[row[i]]++;
  return { name, class: classNames[labels[i]], right: put[labels[i]] / predictions.length, predictions: put };
}
