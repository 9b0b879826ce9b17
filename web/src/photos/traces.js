// Traces of how a photo was made: sharpness and noise, and spots of one colour; of catsex/photos/traces.py, which says
// more of each number.
import { TRACES } from '../constants.js';

const { SAMPLED, WINDOW, BLOCK, FINEST, SMALL_SQUARES, HUES } = TRACES;
const SCALES = 4;

/** Takes what it needs from the rows of a photo while they are read. */
export class Tracer {
  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    const middle = length => {
      const from = Math.floor(Math.max(0, Math.floor((length - WINDOW) / 2)) / BLOCK) * BLOCK;
      return { from, length: Math.min(WINDOW, length - from) };
    };
    this.width = width;
    this.across = middle(width);
    this.down = middle(height);
    this.window = new Float32Array(this.across.length * this.down.length); // brightness
    this.step = Math.max(1, Math.floor(Math.max(width, height) / SAMPLED));
    this.sampled = [Math.ceil(height / this.step), Math.ceil(width / this.step)];
    this.sample = new Float32Array(this.sampled[0] * this.sampled[1] * 3); // red, green, blue
  }

  /**
   * @param {(first: number, count: number) => Uint8ClampedArray|Uint8Array} read - rows as RGBA bytes
   * @returns {(first: number, count: number) => Uint8ClampedArray|Uint8Array} the same, watched
   */
  watch(read) {
    return (first, count) => {
      const pixels = read(first, count);
      for (let y = first; y < first + count; y++) this.take(pixels, (y - first) * this.width * 4, y);
      return pixels;
    };
  }

  /** Take what is needed of one row, which begins at a place among bytes. */
  take(pixels, start, y) {
    const row = y - this.down.from;
    if (row >= 0 && row < this.down.length) {
      const at = row * this.across.length;
      for (let x = 0; x < this.across.length; x++) {
        const [red, green, blue] = colour(pixels, start + 4 * (this.across.from + x));
        this.window[at + x] = 0.299 * red + 0.587 * green + 0.114 * blue;
      }
    }
    if (y % this.step) return;
    const [, columns] = this.sampled;
    for (let x = 0; x < columns; x++) {
      this.sample.set(colour(pixels, start + 4 * x * this.step), 3 * ((y / this.step) * columns + x));
    }
  }

  /** @returns {number[]} 18 of sharpness and noise, 8 of spots */
  numbers() {
    const { window, down, across, sample, sampled } = this;
    return [
      ...sharpness(window, down.length, across.length),
      ...fineness(window, down.length, across.length),
      ...spots(sample, ...sampled),
    ].map(Math.fround);
  }
}

/** A pixel, over white where it is transparent. */
function colour(pixels, at) {
  const alpha = pixels[at + 3];
  const over = value => (alpha === 255 ? value : Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255));
  return [over(pixels[at]), over(pixels[at + 1]), over(pixels[at + 2])];
}

/** Measure fine detail at four scales, and noise: 6 numbers. */
function sharpness(window, height, width) {
  const found = [];
  let smaller = { values: window, height, width };
  for (let scale = 0; scale < SCALES; scale++) {
    const steps = [meanStep(smaller, true), meanStep(smaller, false)].filter(step => step !== null);
    const mean = steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
    found.push(Math.log(0.05 + mean));
    if (Math.min(smaller.height, smaller.width) >= 2) smaller = halved(smaller);
  }
  return [...found, Math.log(0.05 + noise(window, height, width)), found[0] - found[1]];
}

/** The mean difference of pixels below each other, or beside each other; null if there are none. */
function meanStep({ values, height, width }, below) {
  const [rows, columns, next] = below ? [height - 1, width, width] : [height, width - 1, 1];
  if (!rows || !columns) return null;
  let sum = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) sum += Math.abs(values[y * width + x + next] - values[y * width + x]);
  }
  return sum / (rows * columns);
}

/** Return the means of 2 x 2 pixels. */
function halved({ values, height, width }) {
  const small = { height: height >> 1, width: width >> 1, values: new Float32Array((height >> 1) * (width >> 1)) };
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const at = 2 * y * width + 2 * x;
      const sum = values[at] + values[at + 1] + values[at + width] + values[at + width + 1];
      small.values[y * small.width + x] = sum / 4;
    }
  }
  return small;
}

/** Immerkaer's noise, by the median. */
function noise(window, height, width) {
  const found = [];
  for (let y = 0; y + 2 < height; y += 2) {
    for (let x = 0; x + 2 < width; x += 2) {
      const bent = [0, 1, 2].map(row => {
        const at = (y + row) * width + x;
        return window[at] - 2 * window[at + 1] + window[at + 2];
      });
      found.push(Math.abs(bent[0] - 2 * bent[1] + bent[2]));
    }
  }
  if (!found.length) return 0;
  const sorted = Float64Array.from(found).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// The orthonormal cosine transform of 8 values: ITU-T T.81 (1992), annex A.3.3.
const COSINES = Array.from({ length: BLOCK }, (_, u) =>
  Float64Array.from({ length: BLOCK }, (_, x) =>
    u ? Math.cos((Math.PI * u * (x + 0.5)) / BLOCK) / 2 : Math.sqrt(1 / BLOCK),
  ),
);

/** Measure how much there is of coarse and fine detail in blocks of 8 x 8 pixels: 12 numbers. */
function fineness(window, height, width) {
  const [down, across] = [Math.floor(height / BLOCK), Math.floor(width / BLOCK)];
  const sums = new Float64Array(FINEST);
  const counts = new Float64Array(FINEST);
  const rows = new Float64Array(BLOCK * BLOCK); // transformed along one side
  for (let block = 0; block < down * across; block++) {
    const corner = Math.floor(block / across) * BLOCK * width + (block % across) * BLOCK;
    for (let u = 0; u < BLOCK; u++) {
      for (let x = 0; x < BLOCK; x++) {
        let sum = 0;
        for (let y = 0; y < BLOCK; y++) sum += COSINES[u][y] * window[corner + y * width + x];
        rows[u * BLOCK + x] = sum;
      }
      for (let v = 0; v < BLOCK && u + v < FINEST; v++) {
        let sum = 0;
        for (let x = 0; x < BLOCK; x++) sum += COSINES[v][x] * rows[u * BLOCK + x];
        sums[u + v] += Math.log(0.5 + Math.abs(sum));
        counts[u + v] += 1;
      }
    }
  }
  return Array.from({ length: FINEST - 1 }, (_, i) => (counts[i + 1] ? sums[i + 1] / counts[i + 1] : 0));
}

/** Look for a square of another hue than those around it: for each of 8 hues, by how much the farthest one is. */
function spots(sample, height, width) {
  const tints = squares(sample, height, width).map(([red, green, blue]) => [
    (red - blue) / Math.SQRT2,
    (red + blue - 2 * green) / Math.sqrt(6),
  ]);
  const inside = i => Math.max(0, Math.min(SMALL_SQUARES - 1, i));
  const apart = tints.map((own, i) => {
    const [y, x] = [Math.floor(i / SMALL_SQUARES), i % SMALL_SQUARES];
    return own.map((value, part) => {
      let around = -value;
      for (let a = -1; a <= 1; a++) {
        for (let b = -1; b <= 1; b++) around += tints[inside(y + a) * SMALL_SQUARES + inside(x + b)][part];
      }
      return value - around / 8;
    });
  });
  return Array.from({ length: HUES }, (_, hue) => {
    const angle = (2 * Math.PI * hue) / HUES;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    return Math.log(2 + apart.reduce((most, [a, b]) => Math.max(most, cosine * a + sine * b), 0));
  });
}

/** Return the mean colours of 32 x 32 squares, row by row. */
function squares(sample, height, width) {
  const bounds = (length, i) => {
    const start = Math.floor((i * length) / SMALL_SQUARES);
    return [start, Math.max(Math.floor(((i + 1) * length) / SMALL_SQUARES), start + 1)]; // an empty part: its first value
  };
  return Array.from({ length: SMALL_SQUARES ** 2 }, (_, i) => {
    const [top, bottom] = bounds(height, Math.floor(i / SMALL_SQUARES));
    const [left, right] = bounds(width, i % SMALL_SQUARES);
    const sums = [0, 0, 0];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        for (let part = 0; part < 3; part++) sums[part] += sample[3 * (y * width + x) + part];
      }
    }
    return sums.map(sum => sum / ((bottom - top) * (right - left)));
  });
}
