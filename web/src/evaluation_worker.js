// Worker: answers a whole question at once, and keeps the meter.
import { addressOf } from './built.js';
import { Heads } from './evaluation/heads.js';
import { read } from './evaluation/meter.js';
import { evaluate } from './evaluation/protocol.js';

const ready = WebAssembly.instantiateStreaming(fetch(addressOf('heads.wasm'))).then(
  ({ instance }) => new Heads(instance),
);

const tasks = {
  evaluate: async ({ photos, options }, progress) => evaluate(await ready, photos, options, progress),
  meter: job => read(job),
};

self.onmessage = async ({ data: { id, task, ...job } }) => {
  try {
    self.postMessage({ id, result: await tasks[task](job, progress => self.postMessage({ id, progress })) });
  } catch (error) {
    self.postMessage({ id, error: { ...error, message: error.message } });
  }
};
