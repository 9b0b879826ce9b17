// Pixels to what the network takes, and to sums over all of them, in one reading of the photo.
import { SIZE } from '../constants.js';
import { byResult, bySource } from './resize_matrix.js';

const STRIPE = 2 ** 20; // pixels read at a time

/** Prepares photos in the memory of one wasm module, resize.ts. */
export class Preparer {
  /** @param {WebAssembly.Instance} instance */
  constructor(instance) {
    /** @type {any} */
    this.wasm = instance.exports;
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {(rows: number) => (first: number, count: number) => Uint8ClampedArray} readerOf - how many rows are read
   *   at a time -> what reads them as RGBA bytes, given the first and how many
   * @returns {{input: Float32Array, sums: number[]}} input (224, 224, 3), -1 to 1; sums over all pixels of red, green,
   *   blue and (red + green + blue) ** 2
   */
  prepare(width, height, readerOf) {
    const { memory } = this.wasm;
    const stripe = Math.max(1, Math.min(height, Math.floor(STRIPE / width)));
    const vertical = bySource(height, SIZE);
    const horizontal = byResult(width, SIZE);
    const place = {};
    let free = this.wasm.base();
    for (const [name, bytes] of Object.entries({
      pixels: stripe * width * 4,
      line: width * 16,
      columns: SIZE * width * 16,
      sums: 32,
      result: SIZE * SIZE * 12,
      begins: (height + 1) * 4,
      outs: vertical.outs.byteLength,
      weights: vertical.weights.byteLength,
      firsts: SIZE * 4,
      ends: (SIZE + 1) * 4,
      shares: horizontal.weights.byteLength,
    })) {
      place[name] = free;
      free = (free + bytes + 15) & ~15;
    }
    const missing = free - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const put = (at, values) => new values.constructor(memory.buffer, at, values.length).set(values);
    put(place.begins, vertical.begins);
    put(place.outs, vertical.outs);
    put(place.weights, vertical.weights);
    put(place.firsts, horizontal.firsts);
    put(place.ends, horizontal.begins);
    put(place.shares, horizontal.weights);
    new Uint8Array(memory.buffer, place.columns, SIZE * width * 16).fill(0);
    const sums = new BigUint64Array(memory.buffer, place.sums, 4).fill(0n);
    const read = readerOf(stripe);
    for (let first = 0; first < height; first += stripe) {
      const count = Math.min(stripe, height - first);
      new Uint8Array(memory.buffer, place.pixels, count * width * 4).set(read(first, count));
      this.wasm.down(
        place.pixels,
        first,
        count,
        width,
        place.begins,
        place.outs,
        place.weights,
        place.line,
        place.columns,
        place.sums,
      );
    }
    this.wasm.across(place.columns, width, SIZE, place.firsts, place.ends, place.shares, place.result);
    return {
      input: new Float32Array(memory.buffer, place.result, SIZE * SIZE * 3).slice(),
      sums: [...sums].map(Number),
    };
  }
}

/**
 * Describe a photo without its content: `trivial_features` of catsex/evaluation/shortcuts/scoring.py.
 * @param {number[]} sums - as `prepare` returns them
 * @param {number} bytes - the file's size
 * @returns {number[]} mean red, green and blue; mean and deviation of the brightness, all 0 to 1; logarithms of the
 *   bytes, of width and height in pixels, and of their ratio
 */
export function trivialFeatures(sums, width, height, bytes) {
  const n = width * height;
  const [red, green, blue, squares] = sums;
  const brightness = (red + green + blue) / n / 765;
  const variance = Math.max(0, squares / n / 765 ** 2 - brightness ** 2);
  return [
    red / n / 255,
    green / n / 255,
    blue / n / 255,
    brightness,
    Math.sqrt(variance),
    Math.log(bytes),
    Math.log(width),
    Math.log(height),
    Math.log(width / height),
  ].map(Math.fround);
}
