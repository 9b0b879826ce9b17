// Whether a photo looks like any of those that were shown: catsex/prediction/strange.py.
import { NEAR_DUPLICATE, normalised } from '../evaluation/groups.js';
import { mean } from '../evaluation/metrics.js';
import { FEATURES } from '../network/shape.js';

const DEVIATIONS = 2; // chosen in catsex/prediction/strange.py

export class Familiar {
  /**
   * @param {Float32Array} features - (n, 1280), of the photos that were shown
   * @param {number[]} [groups] - photos with the same number show the same subject
   */
  constructor(features, groups) {
    this.n = features.length / FEATURES;
    this.unit = normalised(features, this.n, FEATURES);
    this.threshold = this.findThreshold(groups ?? Array.from({ length: this.n }, (_, i) => i));
  }

  row(i) {
    return this.unit.subarray(i * FEATURES, (i + 1) * FEATURES);
  }

  /** Compare each photo with those that show something else; return what the next one would nearly always be above. */
  findThreshold(groups) {
    const nearest = [];
    for (let i = 0; i < this.n; i++) {
      let best = -1;
      for (let j = 0; j < this.n; j++) {
        if (groups[i] === groups[j]) continue;
        const cosine = dot(this.row(i), this.row(j));
        if (cosine <= NEAR_DUPLICATE && cosine > best) best = cosine;
      }
      if (best > -1) nearest.push(best);
    }
    const n = nearest.length;
    if (n < 2) return -1;
    const middle = mean(nearest);
    const spread = Math.sqrt(nearest.reduce((sum, cosine) => sum + (cosine - middle) ** 2, 0) / (n - 1));
    return middle - DEVIATIONS * spread * Math.sqrt(1 + 1 / n);
  }

  /** Return the cosine of a photo, of length 1, with the nearest of those shown. */
  nearest(unit) {
    let best = -1;
    for (let i = 0; i < this.n; i++) best = Math.max(best, dot(unit, this.row(i)));
    return best;
  }

  /** @returns {{nearest: number, strange: boolean}} */
  judge(features) {
    const nearest = this.nearest(normalised(features, 1, FEATURES));
    return { nearest, strange: nearest < this.threshold };
  }
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
