// Whether a photo looks like any of those that were shown: catsex/prediction/strange.py.
import { FEATURES } from '../network/shape.js';
import { normalised } from '../evaluation/groups.js';

export const SHARE = 0.01; // of one's own photos that are stranger to the others than what is called strange

export class Familiar {
  /** @param {Float32Array} features - (n, 1280), of the photos that were shown */
  constructor(features) {
    this.n = features.length / FEATURES;
    this.unit = normalised(features, this.n, FEATURES);
    const own = Array.from({ length: this.n }, (_, i) => this.nearest(this.unit.subarray(i * FEATURES, (i + 1) * FEATURES), i));
    own.sort((a, b) => a - b);
    const place = SHARE * (this.n - 1), low = Math.floor(place);
    this.threshold = own[low] + (own[Math.min(low + 1, this.n - 1)] - own[low]) * (place - low);
  }

  /** Return the cosine of a photo, of length 1, with the nearest of those shown but one. */
  nearest(unit, except = -1) {
    let best = -1;
    for (let i = 0; i < this.n; i++) {
      if (i === except) continue;
      let cosine = 0;
      for (let k = 0, at = i * FEATURES; k < FEATURES; k++, at++) cosine += unit[k] * this.unit[at];
      if (cosine > best) best = cosine;
    }
    return best;
  }

  /** @returns {{nearest: number, strange: boolean}} */
  judge(features) {
    const nearest = this.nearest(normalised(features, 1, FEATURES));
    return { nearest, strange: nearest < this.threshold };
  }
}
