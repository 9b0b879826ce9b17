// Workers that fail, die or are stopped: real threads, with the browser's interface around them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker as Thread } from 'node:worker_threads';
import { Pool, WorkerError } from '../src/pool.js';

let started = 0;

// Answers with twice a number; says so when it is told to; fails, throws and ends when it is told to.
const SCRIPT = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, number, act }) => {
    if (act === 'fail') parentPort.postMessage({ id, error: { kind: 'damaged' } });
    else if (act === 'throw') setTimeout(() => { throw new Error('out of memory'); });
    else if (act === 'hang') for (;;);
    else {
      parentPort.postMessage({ id, progress: 'half' });
      parentPort.postMessage({ id, result: 2 * number });
    }
  });
`;

globalThis.Worker = class {
  constructor() {
    started += 1;
    this.thread = new Thread(SCRIPT, { eval: true });
    this.thread.on('message', data => this.onmessage({ data }));
    this.thread.on('error', error => this.onerror({ message: error.message }));
    this.thread.unref();
  }

  postMessage(message) {
    this.thread.postMessage(message);
  }

  terminate() {
    this.thread.terminate();
  }
};

test('jobs are done, each once, by as many workers as there are', async () => {
  const pool = new Pool('worker.js', { size: 2 });
  const heard = [];
  const made = [0, 1, 2, 3, 4].map(number =>
    pool.run(async () => ({ number }), { progress: said => heard.push(said) }),
  );
  assert.deepEqual(await Promise.all(made), [0, 2, 4, 6, 8]);
  assert.deepEqual(heard, Array(5).fill('half'));
});

test('what is wrong with a photo is told, and the worker goes on', async () => {
  const pool = new Pool('worker.js', { size: 1 });
  await assert.rejects(pool.run({ act: 'fail' }), error => error instanceof WorkerError && error.kind === 'damaged');
  await assert.rejects(
    pool.run(() => Promise.reject(new Error('no such file'))),
    /no such file/,
  );
  assert.equal(await pool.run({ number: 4 }), 8);
});

test('a worker that dies is replaced, and its job tried once more before it is given up', async () => {
  const pool = new Pool('worker.js', { size: 1 });
  const before = started;
  const dead = pool.run({ act: 'throw' });
  const next = pool.run({ number: 5 });
  await assert.rejects(dead, /out of memory/);
  assert.equal(await next, 10);
  assert.equal(started - before, 2);
});

test('a worker that says nothing any more is taken for dead', async () => {
  const pool = new Pool('worker.js', { size: 1, patience: 2 });
  await assert.rejects(pool.run({ act: 'hang' }), /a worker has died/);
  assert.equal(await pool.run({ number: 6 }), 12);
});

test('what is stopped ends at once, also what has not begun, and others go on', async () => {
  const pool = new Pool('worker.js', { size: 1 });
  const controller = new AbortController();
  const hanging = pool.run({ act: 'hang' }, { signal: controller.signal });
  const waiting = pool.run({ number: 1 }, { signal: controller.signal });
  const other = pool.run({ number: 7 });
  controller.abort();
  await assert.rejects(hanging, { name: 'AbortError' });
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal(await other, 14);
});
