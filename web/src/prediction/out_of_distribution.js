// Whether a photo looks like any of those that were shown: catsex/prediction/out_of_distribution.py.
import { DEVIATIONS, KNOWN, NEAR_DUPLICATE } from '../constants.js';
import { normalised, product } from '../evaluation/groups.js';
import { mean } from '../evaluation/metrics.js';
import { dot } from '../evaluation/solve.js';
import { FEATURES } from '../network/shape.js';

/**
 * Compare each photo with those that show something else; return what the next one would nearly always be above.
 * @param {Float32Array} features - (n, d), of the photos that were shown
 * @param {number[]} groups - photos with the same number show the same subject
 */
export function thresholdOf(features, n, d, groups) {
  const unit = normalised(features, n, d);
  const best = new Float64Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (groups[i] === groups[j]) continue;
      const cosine = product(unit, i, j, d);
      if (cosine > NEAR_DUPLICATE) continue;
      best[i] = Math.max(best[i], cosine);
      best[j] = Math.max(best[j], cosine);
    }
  }
  const nearest = [...best].filter(cosine => cosine > -1);
  const number = nearest.length;
  if (number < 2) return -1;
  const middle = mean(nearest);
  const spread = Math.sqrt(nearest.reduce((sum, cosine) => sum + (cosine - middle) ** 2, 0) / (number - 1));
  return middle - DEVIATIONS * spread * Math.sqrt(1 + 1 / number);
}

export class Familiar {
  /**
   * @param {Float32Array} features - (n, 1280), of the photos that were shown
   * @param {number} threshold - as `thresholdOf` returns it
   */
  constructor(features, threshold) {
    this.n = features.length / FEATURES;
    this.unit = normalised(features, this.n, FEATURES);
    this.threshold = threshold;
  }

  row(i) {
    return this.unit.subarray(i * FEATURES, (i + 1) * FEATURES);
  }

  /** Return the rows that a file keeps: so many at most, evenly spaced. */
  remembered() {
    const kept = Math.min(this.n, KNOWN.MOST);
    const unit = new Float32Array(kept * FEATURES);
    for (let i = 0; i < kept; i++)
      unit.set(this.row(kept === this.n ? i : Math.floor((i * (this.n - 1)) / (kept - 1))), i * FEATURES);
    return unit;
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
