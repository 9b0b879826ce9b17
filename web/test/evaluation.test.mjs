// The page's numbers are Python's: every draw, every logit, every sentence.
import assert from 'node:assert/strict';
import test from 'node:test';
import { findAlike } from '../src/evaluation/alike.js';
import { Bettor } from '../src/evaluation/bettor.js';
import { calibrate } from '../src/evaluation/calibration.js';
import { foldsFor } from '../src/evaluation/check.js';
import { heldOut, learningCurve } from '../src/evaluation/cross_validation.js';
import { findDuplicates, join, subjectOf, unitsOf } from '../src/evaluation/groups.js';
import { Heads, shuffledBatches } from '../src/evaluation/heads.js';
import { describe } from '../src/evaluation/methods.js';
import { normalBelow, power } from '../src/evaluation/metrics.js';
import { outOfFoldLogits } from '../src/evaluation/out_of_fold.js';
import { findPermutationScheme } from '../src/evaluation/permutation_scheme.js';
import { permutationTest } from '../src/evaluation/permutation_test.js';
import {
  CALIBRATION,
  CURVE,
  HELD_OUT,
  labelsOf,
  SHORTCUTS,
  summarise,
  WRONG_LABELS,
} from '../src/evaluation/protocol.js';
import { generator, permutation } from '../src/evaluation/random.js';
import { shortcuts } from '../src/evaluation/shortcuts.js';
import { stratifiedFolds } from '../src/evaluation/splits.js';
import { judge } from '../src/evaluation/verdict.js';
import { findWrongLabels } from '../src/evaluation/wrong_labels.js';
import { Language } from '../src/language.js';
import { readTaken } from '../src/photos/exif.js';
import { Familiar, thresholdOf } from '../src/prediction/out_of_distribution.js';
import { golden, largestDifference, paper, sentencesIn, wasm } from './golden.mjs';

const english = new Language('en', sentencesIn('en'));
const flat = rows => Float32Array.from(rows.flat());

test('the generator draws what Python draws', () => {
  for (const { seed, stream, random, permutation: order } of golden('generator')) {
    const next = generator(seed, stream);
    assert.deepEqual(
      random.map(() => next()),
      random,
    );
    assert.deepEqual([...permutation(generator(seed, stream), order.length)], order);
  }
});

for (const given of golden('splits')) {
  test(`folds and exchanged labels are Python’s, of groups ${given.name}`, () => {
    const { labels, groups, alike, kind, permuted, folds } = given;
    const scheme = findPermutationScheme(labels, groups, alike);
    assert.equal(scheme.kind, kind);
    assert.ok(Math.abs(scheme.smallestP - given.smallest_p) < 1e-12);
    assert.equal(scheme.groupsNeeded(), given.needed);
    const rows = scheme.photos(generator(3, 1), permuted.length);
    assert.deepEqual(
      rows.map(row => [...row]),
      permuted,
    );
    const found = stratifiedFolds(generator(3, 2), rows, groups, 5);
    assert.deepEqual(
      found.map(row => [...row]),
      folds,
    );
    for (const fold of found) groups.forEach((own, photo) => assert.equal(fold[photo], fold[groups.indexOf(own)]));
  });
}

for (const classes of [2, 3]) {
  test(`heads of ${classes} classes give Python’s logits`, async () => {
    const { features, labels, masks, logits } = golden(`heads${classes}`);
    const n = features.length;
    const heads = new Heads(await wasm('heads'));
    const random = generator(5, classes);
    heads.use(flat(features), n, features[0].length);
    const batches = shuffledBatches(random, n, 0.8);
    const found = heads.train(
      random,
      labels,
      masks.map(mask => Float32Array.from(mask)),
      batches,
      classes,
    );
    assert.ok(largestDifference([...found.logits], logits.flat(2)) < 1e-5);
  });
}

for (const name of ['two', 'three', 'of many sizes', 'within', 'joined', 'wrong labels', 'nothing to learn']) {
  test(`an evaluation is Python’s to the last word: ${name}`, async () => {
    const { given, predictions: answers, expected, paper: written } = golden(`results-${name}`);
    const { labels, groups } = given;
    const n = labels.length;
    const options = { ...given, class_names: expected.class_names };
    const features = flat(given.features);
    const heads = new Heads(await wasm('heads'));
    heads.use(features, n, given.features[0].length);
    assert.deepEqual(unitsOf(labels, given.duplicates, given.subjects ?? []), given.alike);
    const predictions = heldOut(generator(given.seed, HELD_OUT), heads, labels, groups, options);
    assert.deepEqual(
      predictions.map(row => [...row]),
      answers,
    );
    const found = permutationTest(features, options);
    assert.equal(found.p, expected.p_value);
    near(found.nulls, expected.null, 1e-9);
    const curve = learningCurve(generator(given.seed, CURVE), heads, labels, groups, options);
    const candidates = shortcuts(generator(given.seed, SHORTCUTS), given.trivial, options);
    const results = summarise(found, predictions, curve, candidates, options);
    const wrong = findWrongLabels(generator(given.seed, WRONG_LABELS), features, labels, groups, given.classes);
    Object.assign(results, labelsOf(wrong, labels, expected.class_names));
    const some = { kernel: Float32Array.of(1), bias: Float32Array.of(2) };
    const logits = outOfFoldLogits(generator(given.seed, CALIBRATION), heads, labels, groups, options);
    results.calibration = calibrate(some, logits, labels, groups);
    assert.equal(some.kernel[0], Math.fround(results.calibration.scale));
    near(results.calibration, expected.calibration, 1e-5); // of logits in single precision
    near(results, expected, 1e-9, ['verdict', 'sentence', 'remarks', 'null', 'observed', 'calibration', 'photos']);
    near(results.photos, expected.photos, 2e-4); // four digits
    const { outcome, sentence, remarks } = judge(results, english);
    assert.deepEqual([outcome, sentence, remarks], [expected.verdict, expected.sentence, expected.remarks]);
    const photos = labels.map(label => ({ class: expected.class_names[label] }));
    const { duplicates, seed } = given;
    assert.deepEqual(
      describe(paper, { ...results, photos, duplicates, seed }, given.features[0].length, 'this'),
      written,
    );
  });
}

for (const { name, features, labels, subjects, capital, rounds, p_value } of golden('bets')) {
  test(`bets on photos as they come are Python’s: ${name}`, () => {
    const bettor = new Bettor(new Set(labels).size);
    const found = labels.map((label, i) => {
      bettor.add(String(i), features[i], label, subjects?.[i] ?? null);
      return bettor.capitals.at(-1) ?? 1;
    });
    near(found, capital, 1e-9);
    near(
      bettor.rounds.map(round => ({ ...round, photos: round.photos.map(Number) })),
      rounds,
      1e-9,
    );
    assert.ok(Math.abs(bettor.summary.p_value - p_value) < 1e-9);
    // What was bet stays bet, whoever comes back.
    const later = new Bettor(new Set(labels).size, bettor.rounds, bettor.seen);
    for (const i of bettor.seen) later.add(i, features[i], labels[i], subjects?.[i] ?? null);
    assert.deepEqual(later.capitals, bettor.capitals);
  });
}

/** Assert that all that is expected is there, numbers to within a tolerance. */
function near(found, expected, tolerance, but = [], place = 'results') {
  if (typeof expected === 'number')
    assert.ok(Math.abs(found - expected) <= tolerance, `${place}: ${found}, not ${expected}`);
  else if (expected === null || typeof expected !== 'object') assert.equal(found, expected, place);
  else {
    if (Array.isArray(expected)) assert.equal(found.length, expected.length, place);
    for (const key of Object.keys(expected))
      if (!but.includes(key)) near(found[key], expected[key], tolerance, [], `${place}.${key}`);
  }
}

test('every sentence is Python’s', () => {
  for (const { given, outcome, sentence, remarks } of golden('sentences')) {
    assert.deepEqual(judge(given, english), { outcome, sentence, remarks });
  }
});

test('a verdict has no English in it in German', () => {
  const german = new Language('de', sentencesIn('de'));
  const cases = golden('sentences').filter(({ given }) =>
    given.shortcuts.every(hint => german.has(`shortcut.${hint.name}`)),
  );
  assert.ok(cases.length > 10); // the others have hints that the page does not know
  for (const { given } of cases) {
    const { sentence, remarks } = judge(given, german, true);
    assert.doesNotMatch([sentence, ...remarks].join(' '), /\b(the|photos|of|right|chance|apart|[{}])\b/);
  }
});

test('near-duplicates are those that Python finds', () => {
  for (const { features, pairs } of golden('duplicates')) {
    assert.ok(pairs.length > 3);
    const found = findDuplicates(flat(features), features.length, features[0].length);
    assert.deepEqual(
      found.map(pair => pair.slice(0, 2)),
      pairs.map(pair => pair.slice(0, 2)),
    );
    assert.ok(
      largestDifference(
        found.map(pair => pair[2]),
        pairs.map(pair => pair[2]),
      ) < 2e-6,
    );
  }
});

test('near-duplicates, bursts and frames are those that Python finds in the same files', () => {
  const { files, features, labels, taken, duplicates, bursts, frames } = golden('alike');
  const read = files.map(([, content]) => readTaken(Uint8Array.from(Buffer.from(content, 'base64'))));
  assert.deepEqual(read, taken);
  const found = findAlike(flat(features), labels.length, features[0].length, {
    files: files.map(([name]) => name),
    labels,
    taken: read,
  });
  assert.deepEqual(
    found.duplicates.map(pair => pair.slice(0, 2)),
    duplicates.map(pair => pair.slice(0, 2)),
  );
  assert.deepEqual([found.bursts, found.frames], [bursts, frames]);
});

test('damaged files say of how they were taken what they say to Python', () => {
  for (const { file, taken } of golden('damaged'))
    assert.deepEqual(readTaken(Uint8Array.from(Buffer.from(file, 'base64'))), taken, file);
});

test('too few photos of a kind are said, with two of those that count as one because of when they were taken', () => {
  const photos = {
    labels: [0, 0, 0, 1, 1, 1],
    classNames: ['a', 'b'],
    names: ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'b/3'],
    known: false,
  };
  assert.equal(foldsFor({ ...photos, groups: [0, 1, 2, 3, 4, 5], bursts: [] }), 3);
  assert.equal(foldsFor({ ...photos, groups: [0, 1, 2, 3, 4, 4], bursts: [[4, 5]] }), 2);
  const few = { kind: 'few', className: 'b', count: 1, needed: 2, known: false, burst: ['b/1', 'b/2'] };
  assert.throws(
    () =>
      foldsFor({
        ...photos,
        groups: [0, 1, 2, 4, 4, 4],
        bursts: [
          [0, 1],
          [3, 4],
          [4, 5],
        ],
      }),
    few,
  );
});

test('duplicates are found, and join chains of them', () => {
  const features = Float32Array.from([1, 0, 0, 1, 0.01, 0, 0, 1, 0, 0, 1, 0.02]);
  assert.deepEqual(
    findDuplicates(features, 4, 3).map(pair => pair.slice(0, 2)),
    [
      [0, 1],
      [2, 3],
    ],
  );
  assert.deepEqual(
    join(
      5,
      [
        [3, 4],
        [0, 4],
      ],
      ['a', null, 'a', null, null],
    ),
    [0, 1, 0, 0, 0],
  );
});

test('the subject is guessed from a name only where the name says one', () => {
  const cases = {
    'tom_1.jpg': 'tom',
    'tom-02.JPG': 'tom',
    'Big Tom (3).png': 'big tom',
    'IMG_1234.jpg': null,
    'f01.jpg': null,
    '1234_5.jpg': null,
    'DSC_0001.jpg': null,
    'photo 3.jpg': null,
    'tom.jpg': null,
  };
  for (const [name, subject] of Object.entries(cases)) assert.equal(subjectOf(name), subject, name);
});

test('the normal distribution is right to 1e-12', () => {
  const known = [
    [0, 0.5],
    [1, 0.841344746068543],
    [-1.96, 0.0249978951482204],
    [3, 0.99865010196837],
    [-5.5, 1.89895624658877e-8],
  ];
  for (const [x, below] of known) assert.ok(Math.abs(normalBelow(x) - below) < 1e-12, String(x));
  assert.ok(power(1, [2, 2], 0.75) < 0.5);
});

test('what looks like none of the photos is what Python finds so', () => {
  const { known, groups, new: photos, threshold, nearest, flags } = golden('out_of_distribution');
  const features = flat(known);
  const familiar = new Familiar(features, thresholdOf(features, known.length, known[0].length, groups));
  const found = photos.map(photo => familiar.judge(Float32Array.from(photo)));
  assert.ok(Math.abs(familiar.threshold - threshold) < 1e-5);
  assert.ok(
    largestDifference(
      found.map(f => f.nearest),
      nearest,
    ) < 1e-4,
  ); // Python remembers half as many digits
  assert.deepEqual(
    found.map(f => f.strange),
    flags,
  );
  assert.ok(flags.includes(true) && flags.includes(false));
});
