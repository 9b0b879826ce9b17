// Many last layers at once, by the wasm of heads.ts: catsex/network/heads.py.
import { BATCH_SIZE, EPOCHS, LEARNING_RATE } from '../constants.js';
import { permutation } from './random.js';
import { roundHalfEven } from './round.js';

/**
 * Cut all photos into batches, anew for each epoch, such that a head sees about `batchSize` of each.
 * @param {number} trainShare - share of the photos that each head is trained on
 * @returns {Int32Array[]}
 */
export function shuffledBatches(random, n, trainShare, epochs = EPOCHS, batchSize = BATCH_SIZE) {
  const size = Math.max(1, roundHalfEven(batchSize / trainShare));
  const batches = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(random, n);
    for (let start = 0; start < n; start += size) batches.push(order.subarray(start, start + size));
  }
  return batches;
}

/** A block of heads in the memory of one wasm module; the features stay there from one block to the next. */
export class Heads {
  /** @param {WebAssembly.Instance} instance */
  constructor(instance) {
    /** @type {any} */
    this.wasm = instance.exports;
    this.n = 0;
    this.d = 0;
    this.padded = 0; // features, as four at a time are worked on
  }

  /** Take the features, (n, d), that all following heads are trained on. */
  use(features, n, d) {
    Object.assign(this, { n, d, padded: Math.ceil(d / 4) * 4 });
    this.free = this.wasm.base();
    this.features = this.reserve(n * this.padded);
    const X = this.floats(this.features, n * this.padded).fill(0);
    for (let i = 0; i < n; i++) X.set(features.subarray(i * d, (i + 1) * d), i * this.padded);
  }

  reserve(count) {
    const place = this.free;
    const memory = this.wasm.memory;
    this.free = (place + count * 4 + 15) & ~15;
    const missing = this.free - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return place;
  }

  floats(place, count) {
    return new Float32Array(this.wasm.memory.buffer, place, count);
  }

  integers(place, count) {
    return new Int32Array(this.wasm.memory.buffer, place, count);
  }

  /**
   * Train one head for each labelling.
   * @param {() => number} random - draws the initial weights, as Keras does: uniform within Glorot's limits
   * @param {ArrayLike<number>[]} labels - for each head those of all photos
   * @param {Float32Array[]} masks - for each head 1 for the photos that it is trained on, else 0
   * @param {Int32Array[]} batches - the photos of each step
   * @returns {{per: number, logits: Float32Array, kernels: Float32Array, biases: Float32Array}} logits (n, H * per)
   *   of all photos, kernels (H * per, d) and biases (H * per); `per` columns a head, of two classes one: the
   *   difference of the second and the first
   */
  train(random, labels, masks, batches, classes, learningRate = LEARNING_RATE) {
    const { n, padded, wasm } = this;
    const per = classes === 2 ? 1 : classes;
    const wanted = labels.length;
    const heads = Math.ceil(wanted / 4) * 4; // whole groups of four columns; the spare heads see no photo
    const columns = heads * per;
    const steps = batches.length;
    const begin = this.free;
    const largest = Math.max(...batches.map(batch => batch.length));
    const place = {};
    for (const [name, count] of Object.entries({
      W: columns * padded,
      M: columns * padded,
      V: columns * padded,
      b: 3 * columns,
      labels: heads * n,
      shares: heads * n,
      order: EPOCHS * n,
      sizes: steps,
      Z: largest * columns,
      all: n,
      out: n * columns,
    }))
      place[name] = this.reserve(count);
    this.drawKernels(random, place.W, wanted, per, classes);
    const labelled = this.integers(place.labels, heads * n).fill(0);
    const shares = this.floats(place.shares, heads * n).fill(0);
    for (let h = 0; h < wanted; h++) {
      labelled.set(labels[h], h * n);
      shares.set(masks[h], h * n);
    }
    const order = this.integers(place.order, EPOCHS * n);
    const sizes = this.integers(place.sizes, steps);
    let next = 0;
    batches.forEach((batch, s) => {
      order.set(batch, next);
      next += batch.length;
      sizes[s] = batch.length;
    });
    const all = this.integers(place.all, n);
    for (let i = 0; i < n; i++) all[i] = i;
    // Of two classes the difference of the columns moves by exactly twice the step of one column.
    wasm.train(
      this.features,
      n,
      padded,
      heads,
      per,
      place.W,
      place.M,
      place.V,
      place.b,
      place.labels,
      place.shares,
      place.order,
      place.sizes,
      steps,
      per === 1 ? 2 * learningRate : learningRate,
      place.Z,
      place.all,
      place.out,
    );
    this.free = begin;
    const used = wanted * per;
    const logits = new Float32Array(n * used);
    const every = this.floats(place.out, n * columns);
    for (let i = 0; i < n; i++) logits.set(every.subarray(i * columns, i * columns + used), i * used);
    const kernels = new Float32Array(used * this.d);
    const W = this.floats(place.W, columns * padded);
    for (let c = 0; c < used; c++) kernels.set(W.subarray(c * padded, c * padded + this.d), c * this.d);
    return { per, logits, kernels, biases: this.floats(place.b, used).slice() };
  }

  /** Draw the kernels in Python's order, (d, H, classes), and lay them down column by column. */
  drawKernels(random, place, heads, per, classes) {
    const { d, padded } = this;
    const W = this.floats(place, Math.ceil(heads / 4) * 4 * per * padded).fill(0);
    const limit = Math.fround(Math.sqrt(6 / (d + classes)));
    const draw = () => Math.fround(Math.fround(Math.fround(Math.fround(random()) * 2) - 1) * limit);
    for (let k = 0; k < d; k++) {
      for (let h = 0; h < heads; h++) {
        if (per === 1) {
          const first = draw();
          const second = draw();
          W[h * padded + k] = second - first;
        } else {
          for (let c = 0; c < classes; c++) W[(h * classes + c) * padded + k] = draw();
        }
      }
    }
  }
}

/** Return the class that head `h` finds most likely for photo `i`. */
export function answerOf({ logits, per }, heads, i, h) {
  const at = (i * heads + h) * per;
  if (per === 1) return logits[at] > 0 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < per; c++) if (logits[at + c] > logits[at + best]) best = c;
  return best;
}
