// What comes back after the page was closed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { restore, stateOf } from '../src/keeper.js';
import { Project } from '../src/project.js';

const record = (sha256, kind, group = null) => ({ sha256, kind, group, name: `${sha256}.jpg` });

test('a photo that was kept just before the page was closed is in its kind, though the state does not list it', () => {
  const before = new Project();
  const [discs, triangles] = [before.addKind('discs'), before.addKind('triangles')];
  before.add(record('a'), discs);
  const state = stateOf(before);
  const project = new Project();
  restore(project, [record('a', discs.id), record('b', triangles.id, '1'), record('c', 99)], state);
  assert.deepEqual(
    project.photos.map(({ sha256, kind, group, out }) => [sha256, kind, group, out]),
    [
      ['a', discs.id, null, false],
      ['b', triangles.id, '1', false],
    ],
  );
});

test('what was moved and left out stays so, whatever its record says', () => {
  const before = new Project();
  const [discs, triangles] = [before.addKind('discs'), before.addKind('triangles')];
  before.add(record('a'), discs);
  before.add(record('b'), discs);
  before.move([before.photos[0]], triangles);
  before.leaveOut([before.photos[1]]);
  const project = new Project();
  restore(project, [record('a', discs.id), record('b', discs.id)], stateOf(before));
  assert.deepEqual(
    project.photos.map(({ sha256, kind, out }) => [sha256, kind, out]),
    [
      ['a', triangles.id, false],
      ['b', discs.id, true],
    ],
  );
});
