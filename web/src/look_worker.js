// Worker: a photo's file in, what the network sees in it out.
import { addressOf } from './built.js';
import { loadNetwork } from './network/network.js';
import { sha256 } from './photos/checksum.js';
import { decode, rowReader, thumbnail } from './photos/decode.js';
import { readTaken } from './photos/exif.js';
import { PhotoError } from './photos/photo_error.js';
import { Preparer, trivialFeatures } from './photos/prepare.js';
import { Tracer } from './photos/traces.js';
import { hasSimd } from './support.js';

const ALIVE = 10000; // milliseconds
let ready = null;

/** Load what looking at photos takes, once. */
function load() {
  ready ??= Promise.all([
    loadNetwork(),
    WebAssembly.instantiateStreaming(fetch(addressOf('resize.wasm'))).then(({ instance }) => new Preparer(instance)),
  ]);
  return ready;
}

/**
 * Look at a photo. Where no network can run, it is only shown: it has no features.
 * @param {Blob} blob
 * @param {boolean} withMaps
 */
async function look(blob, withMaps) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const bitmap = await decode(bytes);
  try {
    const { width, height } = bitmap;
    const taken = readTaken(bytes);
    const shown = { width, height, taken, sha256: await sha256(bytes), thumbnail: await thumbnail(bitmap) };
    if (!hasSimd()) return { ...shown, features: null, maps: null, trivial: null };
    const [network, preparer] = await load();
    const tracer = new Tracer(width, height);
    const { input, sums } = preparer.prepare(width, height, rows => tracer.watch(rowReader(bitmap, rows)));
    const { features, maps } = await network.run(input, withMaps);
    const trivial = [...trivialFeatures(sums, width, height, bytes.length), ...tracer.numbers()];
    return { ...shown, features, maps, trivial };
  } finally {
    bitmap.close();
  }
}

self.onmessage = async ({ data: { id, blob, withMaps } }) => {
  const alive = setInterval(() => self.postMessage({ id, progress: null }), ALIVE); // while the network is fetched
  try {
    self.postMessage({ id, result: await look(blob, withMaps) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof PhotoError ? { kind: error.kind } : { message: String(error) } });
  } finally {
    clearInterval(alive);
  }
};
