// The whole evaluation, in order: catsex/evaluation/protocol.py.
import { thresholdOf } from '../prediction/out_of_distribution.js';
import { findAlike } from './alike.js';
import { calibrate } from './calibration.js';
import { foldsFor } from './check.js';
import { finalHead, heldOut, learningCurve } from './cross_validation.js';
import { join, unitsOf } from './groups.js';
import * as metrics from './metrics.js';
import { outOfFoldLogits } from './out_of_fold.js';
import { findPermutationScheme } from './permutation_scheme.js';
import { permutationTest } from './permutation_test.js';
import { generator } from './random.js';
import { shortcuts } from './shortcuts.js';
import { places, stratifiedFolds } from './splits.js';
import { findWrongLabels } from './wrong_labels.js';

export const PERMUTATIONS = 1000;
// Random numbers of their own for all that is drawn, beside the permutation test's below 2 ** 31.
export const CURVE = 2 ** 31;
export const HEAD = CURVE + 1;
export const HELD_OUT = CURVE + 2;
export const GROUPING = CURVE + 3;
export const SHORTCUTS = CURVE + 4;
export const WRONG_LABELS = CURVE + 5;
export const CALIBRATION = CURVE + 6;

export const repeatsFor = n => Math.max(1, Math.min(10, Math.floor(4000 / n)));

/**
 * Evaluate whether a network can learn to tell photos apart.
 * @param {import('./heads.js').Heads} heads - which trains last layers
 * @param {object} photos - in the order of their files' checksums, so that it does not matter in which they came
 * @param {Float32Array} photos.features - (n, d)
 * @param {number[][]} photos.trivial - 35 numbers of each photo
 * @param {number[]} photos.labels
 * @param {(string|null)[]|null} photos.groups - of photos that show the same subject, the same name; null if nobody
 *   has said anything about that
 * @param {string[]} photos.names
 * @param {string[]} photos.files - names of their files alone
 * @param {({camera: string, seconds: number}|null)[]} photos.taken - by which camera and when; null where that is not
 *   known, or is not to count
 * @param {string[]} photos.classNames
 * @param {any} options - seed, permutations
 * @param {(arg: {step: string}) => void} progress
 * @returns {{results: object, head: object, familiar: number}} results named as Python's; familiar, below which cosine
 *   with all of them a photo looks like none of these
 * @throws {TooFew} if there are too few photos in a class
 */
export function evaluate(heads, photos, { seed, permutations = PERMUTATIONS }, progress = () => {}) {
  const started = performance.now();
  const { features, labels, classNames: class_names, trivial } = photos;
  const n = labels.length;
  const d = features.length / n;
  const told = groupsOf(photos.groups);
  const known = told !== null;
  progress({ step: 'duplicates' });
  const found = findAlike(features, n, d, photos);
  const pairs = Object.values(found).flat();
  const groups = join(n, pairs, told ?? []);
  const alike = unitsOf(labels, pairs, told ?? []);
  const folds = foldsFor({ ...photos, groups, known, bursts: found.bursts });
  const classes = class_names.length;
  /** @type {any} */
  const options = {
    labels,
    groups,
    alike,
    known,
    classes,
    folds,
    repeats: repeatsFor(n),
    permutations,
    seed,
    class_names,
  };
  progress({ step: 'test' });
  const test = permutationTest(features, options);
  progress({ step: 'heads' });
  heads.use(features, n, d);
  const predictions = heldOut(generator(seed, HELD_OUT), heads, labels, groups, options);
  progress({ step: 'curve' });
  const curve = learningCurve(generator(seed, CURVE), heads, labels, groups, options);
  progress({ step: 'shortcuts' });
  const candidates = shortcuts(generator(seed, SHORTCUTS), trivial, options);
  progress({ step: 'labels' });
  const wrong = findWrongLabels(generator(seed, WRONG_LABELS), features, labels, groups, classes);
  const logits = outOfFoldLogits(generator(seed, CALIBRATION), heads, labels, groups, options);
  const head = finalHead(generator(seed, HEAD), heads, labels, classes);
  const results = summarise(test, predictions, curve, candidates, options);
  const said = labelsOf(wrong, labels, class_names);
  results.photos = photos.names.map((name, i) => ({
    ...photoRecord(name, i, labels, class_names, predictions),
    ...said.photos[i],
  }));
  results.wrong_labels = said.wrong_labels;
  results.calibration = calibrate(head, logits, labels, groups);
  Object.assign(results, nameAlike(found, photos.names));
  results.seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  return { results, head: { ...head, classNames: class_names }, familiar: thresholdOf(features, n, d, groups) };
}

/** Groups of one photo each say nothing: they are as none. */
function groupsOf(groups) {
  const named = groups?.filter(group => group !== null) ?? [];
  return new Set(named).size < named.length ? groups : null;
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
export function summarise(test, predictions, curve, candidates, options) {
  const { labels, groups, classes, folds, repeats, seed, class_names, permutations } = options;
  const detectable = metrics.detectableAccuracy(test.accuracies);
  const good = metrics.goodAccuracy(classes);
  const nullSd = metrics.deviation(test.accuracies);
  const gained = curve.full.map((score, i) => score - curve.half[i]);
  const [gain, variance] = metrics.meanAndVariance(gained, labels, groups, classes);
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
    null_sd: nullSd,
    null: test.nulls.map(value => Number(value.toFixed(6))),
    class_names,
    confusion: metrics.confusion(predictions, labels, classes),
    learning_curve: curve.points,
    still_rising: gain > 1.96 * Math.sqrt(variance),
    groups: grouping(generator(seed, GROUPING), options),
    shortcuts: candidates,
    folds,
    repeats,
    permutations,
    heads: folds * repeats,
  };
}

/** Return how the photos are grouped, what scheme their labels, and what so many groups allow to find. */
function grouping(random, { labels, groups, alike, known, classes, folds }) {
  const { group, sizes } = places(groups);
  const scheme = findPermutationScheme(labels, groups, alike);
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
    permutation_scheme: scheme.kind,
    smallest_p: scheme.smallestP,
    needed: scheme.groupsNeeded(),
    known,
  };
}

/** What is said of each label, and of all: catsex/evaluation/photo_rows.py. */
export function labelsOf({ probabilities, probability, listed, expected }, labels, classNames) {
  const photos = labels.map((_, i) => {
    const prediction = classNames[probabilities[i].indexOf(Math.max(...probabilities[i]))];
    const suggested = listed.includes(i) ? prediction : null;
    return { prediction, label_probability: Number(probability[i].toFixed(4)), suggested };
  });
  return { photos, wrong_labels: { listed: listed.length, expected: expected && Number(expected.toFixed(1)) } };
}

function photoRecord(name, i, labels, classNames, predictions) {
  const put = Array(classNames.length).fill(0);
  for (const row of predictions) put[row[i]]++;
  return { name, class: classNames[labels[i]], right: put[labels[i]] / predictions.length, predictions: put };
}
