// @ts-check
// Worker: tests labels and trains last layers on features that it was given once.
import { findAlike } from './evaluation/alike.js';
import { finalHead, heldOut, learningCurve } from './evaluation/cross_validation.js';
import { Heads } from './evaluation/heads.js';
import { permutationTest } from './evaluation/permutation_test.js';
import { generator } from './evaluation/random.js';
import { shortcuts } from './evaluation/shortcuts.js';
import { thresholdOf } from './prediction/out_of_distribution.js';

const ready = WebAssembly.instantiateStreaming(fetch(new URL('heads.wasm', self.location.href))).then(
  ({ instance }) => new Heads(instance),
);
let given = null;

const tasks = {
  use(heads, { features, n, d }) {
    given = { features, n, d };
    heads.use(features, n, d);
  },
  alike: (_, job) => findAlike(given.features, given.n, given.d, job),
  test: (_, job) => permutationTest(given.features, job),
  heldOut: (heads, job) => heldOut(generator(job.seed, job.stream), heads, job.labels, job.groups, job),
  curve: (heads, job) => learningCurve(generator(job.seed, job.stream), heads, job.labels, job.groups, job),
  shortcuts: (_, job) => shortcuts(generator(job.seed, job.stream), job.trivial, job),
  familiar: (_, job) => thresholdOf(given.features, given.n, given.d, job.groups),
  head: (heads, job) => finalHead(generator(job.seed, job.stream), heads, job.labels, job.classes),
};

self.onmessage = async ({ data: { id, task, ...job } }) => {
  try {
    self.postMessage({ id, result: tasks[task](await ready, job) });
  } catch (error) {
    self.postMessage({ id, error: { message: String(error) } });
  }
};
