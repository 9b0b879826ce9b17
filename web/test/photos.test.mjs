// Pixels, checksums, archives and the project: what needs no browser.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SIZE } from '../src/constants.js';
import { restore, stateOf } from '../src/keeper.js';
import { FEATURES } from '../src/network/shape.js';
import { sha256, slowSha256 } from '../src/photos/checksum.js';
import { formatOf } from '../src/photos/formats.js';
import { Preparer, trivialFeatures } from '../src/photos/prepare.js';
import { Tracer } from '../src/photos/traces.js';
import { columns } from '../src/prediction/classifier.js';
import { Familiar } from '../src/prediction/out_of_distribution.js';
import { Project } from '../src/project.js';
import { fromHalf, toHalf } from '../src/take/half.js';
import { example, modelMembers } from '../src/take/model_file.js';
import { openProject, saveProject } from '../src/take/project_file.js';
import { unzip, zip } from '../src/take/zip.js';
import { golden, goldenBytes, largestDifference, wasm } from './golden.mjs';

const sizes = [
  [400, 300],
  [37, 53],
  [224, 224],
  [1, 1],
  [3, 1000],
  [700, 2],
];

test('traces of how a photo was made are Python’s, whatever the size, and however many rows are read at a time', () => {
  for (const [width, height] of sizes) {
    const pixels = goldenBytes(`resize-${width}x${height}.rgba`);
    for (const rows of [height, 7]) {
      const tracer = new Tracer(width, height);
      const read = tracer.watch((first, count) => pixels.subarray(first * width * 4, (first + count) * width * 4));
      for (let first = 0; first < height; first += rows) read(first, Math.min(rows, height - first));
      assert.ok(
        largestDifference(tracer.numbers(), golden(`resize-${width}x${height}`)) < 1e-4,
        `${width} x ${height}`,
      );
    }
  }
});

test('pixels are prepared as Python prepares them, whatever the size', async () => {
  const preparer = new Preparer(await wasm('resize'));
  for (const [width, height] of sizes) {
    const pixels = goldenBytes(`resize-${width}x${height}.rgba`);
    const expected = new Float32Array(goldenBytes(`resize-${width}x${height}.f32`).buffer.slice(0, SIZE * SIZE * 12));
    const { input, sums } = preparer.prepare(
      width,
      height,
      () => (first, count) => pixels.subarray(first * width * 4, (first + count) * width * 4),
    );
    assert.ok(largestDifference(input, expected) < 2e-6, `${width} x ${height}`);
    let red = 0;
    for (let i = 0; i < pixels.length; i += 4) red += pixels[i];
    assert.equal(sums[0], red);
    assert.ok(Math.abs(trivialFeatures(sums, width, height, 1000)[0] - red / width / height / 255) < 1e-6);
  }
});

test('transparent pixels are white', async () => {
  const preparer = new Preparer(await wasm('resize'));
  const { input } = preparer.prepare(5, 5, () => (_, count) => new Uint8Array(count * 5 * 4));
  assert.ok(input.every(value => Math.abs(value - 1) < 1e-6));
});

test('the slow checksum is the quick one', async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
    assert.equal(Buffer.from(slowSha256(bytes)).toString('hex'), await sha256(bytes));
  }
});

test('files are told apart by their first bytes', () => {
  const bytes = text => Uint8Array.from(text, c => c.charCodeAt(0));
  const cases = {
    '\xff\xd8\xff': 'jpeg',
    '\x89PNG\r\n\x1a\n': 'png',
    GIF89a: 'gif',
    'RIFF....WEBP': 'webp',
    BM: 'bmp',
    'II*\0': 'tiff',
    '....ftypheic': 'heic',
    '....ftypavif': 'avif',
    'Dear Sir': 'foreign',
    '': 'foreign',
  };
  for (const [text, format] of Object.entries(cases)) assert.equal(formatOf(bytes(text)), format);
});

test('a zip is read back, also behind something else; what is no zip is refused', async () => {
  const entries = [
    { path: 'a/ä.txt', content: new Blob(['one']) },
    { path: 'b.bin', content: new Blob([new Uint8Array(70000)]) },
  ];
  const made = await zip(entries, new TextEncoder().encode('xyz'));
  assert.equal(await made.slice(0, 3).text(), 'xyz');
  assert.deepEqual(await made.bytes?.(), await (await zip(entries, new TextEncoder().encode('xyz'))).bytes?.());
  const read = await unzip(made);
  assert.deepEqual(
    read.map(entry => entry.path),
    ['a/ä.txt', 'b.bin'],
  );
  assert.equal(await (await read[0].read()).text(), 'one');
  assert.equal((await read[1].read()).size, 70000);
  await assert.rejects(unzip(new Blob(['no zip at all, but long enough to look into'])), { kind: 'foreign' });
  const [first] = await unzip((await zip(entries)).slice(20));
  await assert.rejects(first.read(), { kind: 'damaged' });
});

test('what becomes far larger when it is unpacked is let go of before it is', async () => {
  const large = { path: 'a/bomb.jpg', content: new Blob(Array(200).fill(new Uint8Array(2 ** 20))) };
  const packed = await zip([large], new Uint8Array(), { level: 9 });
  assert.ok(packed.size < 2 ** 20);
  await assert.rejects(openProject(packed), { kind: 'large' });
});

test('photos of a zip that are in no folder are given as such, and a zip without any is refused', async () => {
  const content = new Blob(['photo']);
  const { folders, loose } = await openProject(
    await zip([
      { path: 'one.jpg', content },
      { path: 'cat/two.jpg', content },
    ]),
  );
  assert.deepEqual([[...folders.keys()], loose.map(file => file.name)], [['cat'], ['one.jpg']]);
  await assert.rejects(openProject(await zip([{ path: 'letter.txt', content }])), { kind: 'empty' });
  const other = new Blob(['{"format": 99}']);
  await assert.rejects(openProject(await zip([{ path: 'project.json', content: other }])), { kind: 'format' });
});

function someProject() {
  const project = new Project();
  const cats = project.addKind('cats');
  const dogs = project.addKind('a/b: dogs');
  for (let i = 0; i < 6; i++) {
    const name = i === 3 ? 'tom_1.jpg' : `tom_${i + 1}.jpg`;
    project.add({ sha256: `${i}`, name, blob: new Blob([`photo ${i}`], { type: 'image/jpeg' }) }, i % 2 ? dogs : cats);
  }
  return { project, cats, dogs };
}

test('moving, leaving out and grouping can be undone, one after the other', () => {
  const { project, cats, dogs } = someProject();
  const photos = project.of(cats);
  const before = project.state;
  project.move([photos[0]], dogs);
  project.leaveOut([photos[1]]);
  project.join(photos.slice(1));
  assert.equal(project.of(dogs).length, 4);
  assert.equal(project.of(cats).length, 1);
  for (let i = 0; i < 3; i++) project.undo();
  assert.equal(project.state, before);
  project.undo();
  assert.equal(project.state, before);
});

test('what was changed after an answer is counted, and no more after undo', () => {
  const { project, cats, dogs } = someProject();
  assert.equal(project.reviewed, 0);
  project.keepAnswered(project.photos);
  project.move([project.of(cats)[0]], dogs);
  project.leaveOut([project.of(cats)[0]]);
  assert.equal(project.reviewed, 2);
  project.undo();
  assert.equal(project.reviewed, 1);
});

test('the same photo is not taken twice, and groups by name stay within their kind', () => {
  const { project, cats, dogs } = someProject();
  assert.equal(project.add({ sha256: '0', name: 'again.jpg' }, dogs).name, 'tom_1.jpg');
  assert.equal(project.groupOf(project.of(cats)[0]), null);
  project.grouping = 'names';
  assert.equal(project.groupOf(project.of(cats)[0]), project.groupOf(project.of(cats)[1]));
  assert.notEqual(project.groupOf(project.of(cats)[0]), project.groupOf(project.of(dogs)[0]));
});

test('photos taken within seconds are not guessed to show the same where each is said to show another one', () => {
  const { project } = someProject();
  const before = project.state;
  assert.ok(project.guessesBursts);
  project.grouping = 'none';
  assert.ok(!project.guessesBursts);
  assert.notEqual(project.state, before); // another question
});

test('a project comes back from what is kept of it', () => {
  const { project, cats } = someProject();
  project.leaveOut([project.of(cats)[0]]);
  project.keepAnswered(project.photos);
  const other = new Project();
  restore(
    other,
    project.photos.map(({ sha256, name }) => ({ sha256, name })),
    structuredClone(stateOf(project)),
  );
  assert.equal(other.state, project.state);
  assert.equal(other.reviewed, project.reviewed);
});

test('a saved project has a folder for each kind, with names that every system takes, and opens again', async () => {
  const { project } = someProject();
  const saved = await saveProject(
    project,
    kind => kind.name,
    photo => photo.blob,
  );
  const paths = (await unzip(saved)).map(entry => entry.path);
  assert.deepEqual(paths, [
    'cats/tom_1.jpg',
    'cats/tom_3.jpg',
    'cats/tom_5.jpg',
    'a_b_ dogs/tom_2.jpg',
    'a_b_ dogs/tom_1.jpg',
    'a_b_ dogs/tom_6.jpg',
    'project.json',
  ]);
  assert.deepEqual([...(await openProject(saved)).folders.keys()], ['a_b_ dogs', 'cats']);
});

test('photos of the same one are in a folder of their own, within their kind, and each other one too', async () => {
  const { project, cats, dogs } = someProject();
  project.join([project.of(cats)[0], project.of(dogs)[0], project.of(dogs)[2]]);
  const saved = await saveProject(
    project,
    kind => kind.name,
    photo => photo.blob,
  );
  const paths = (await unzip(saved)).map(entry => entry.path);
  assert.deepEqual(paths, [
    'cats/group 1/tom_1.jpg',
    'cats/tom_3/tom_3.jpg',
    'cats/tom_5/tom_5.jpg',
    'a_b_ dogs/group 1/tom_2.jpg',
    'a_b_ dogs/tom_1/tom_1.jpg',
    'a_b_ dogs/group 1/tom_6.jpg',
    'project.json',
  ]);
  const { folders, own, grouping } = await openProject(saved);
  assert.deepEqual(
    [...folders].map(([name, files]) => [name, files.length]),
    [
      ['a_b_ dogs', 3],
      ['cats', 3],
    ],
  );
  assert.equal([...own.values()].filter(({ group }) => group === '1').length, 3);
  assert.equal(grouping, 'given');
});

test('a model comes back from its file, alone or beside photos, with what it knows of itself', async () => {
  const kernel = Float32Array.from({ length: FEATURES }, (_, k) => Math.sin(k));
  const head = { per: 1, classNames: ['cat', '🐴'], kernel, bias: Float32Array.of(0.25) };
  const features = Float32Array.from({ length: 2 * FEATURES }, (_, k) => Math.cos(k) ** 2);
  const familiar = new Familiar(features, 0.5);
  const results = { calibration: { right_of_100: 64, photos: 40, scale: 1 } };
  const members = modelMembers({ head, familiar, results }, { fingerprint: 'f' });
  const { model } = await openProject(await zip(members));
  assert.deepEqual([model.head.classNames, model.right, model.fingerprint], [head.classNames, 64, 'f']);
  assert.deepEqual(columns(model.head), columns(head));
  assert.ok(largestDifference([...model.familiar.unit], [...familiar.unit]) < 1e-4);
  assert.equal(model.familiar.threshold, 0.5);
  assert.match(example(head.classNames), /^for name, .*zip\(\["cat", "\\U0001f434"\]/m); // as Python reads it
  const { project } = someProject();
  const saved = await saveProject(
    project,
    kind => kind.name,
    () => new Blob(['photo']),
    members,
  );
  const opened = await openProject(saved);
  assert.equal(opened.folders.size, 2);
  assert.deepEqual(opened.model.head.classNames, head.classNames);
  members[1].content = new Blob([Float32Array.of(1, 2)]);
  await assert.rejects(async () => openProject(await zip(members)), { kind: 'damaged' });
});

test('numbers of two bytes are the nearest ones', () => {
  const values = [0, 1, -1, 0.1, 65504, 2 ** -14, 2 ** -24, 3 * 2 ** -25, 1 - 2 ** -12, -0.333];
  const near = [0, 1, -1, 0.0999755859375, 65504, 2 ** -14, 2 ** -24, 2 ** -23, 1, -0.3330078125];
  assert.deepEqual([...fromHalf(toHalf(Float32Array.from(values)).buffer)], near);
});
