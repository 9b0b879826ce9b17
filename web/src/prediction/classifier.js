// A trained head: features to probabilities, and where in the photo they come from.
import { FEATURES, MAPS } from '../network/shape.js';

/** Return each class's column of the kernel, (classes, 1280), and its bias; of two classes the first's are zero. */
export function columns({ per, kernel, bias, classNames }) {
  const classes = classNames.length;
  const whole = new Float32Array(classes * FEATURES);
  const biases = new Float32Array(classes);
  whole.set(kernel, (classes - per) * FEATURES);
  biases.set(bias, classes - per);
  return { kernel: whole, bias: biases };
}

/** @returns {number[]} the probability of each class */
export function probabilities(head, features) {
  const { kernel, bias } = columns(head);
  const scores = [...bias];
  scores.forEach((_, c) => {
    for (let k = 0; k < FEATURES; k++) scores[c] += kernel[c * FEATURES + k] * features[k];
  });
  const top = Math.max(...scores);
  const shares = scores.map(score => Math.exp(score - top));
  const total = shares.reduce((a, b) => a + b);
  return shares.map(share => share / total);
}

/**
 * Return how much each place of a photo speaks for a class rather than the others. The features are the means of
 * the maps, so the gradient of a score with respect to a map is the same everywhere: Grad-CAM is the maps' sum,
 * weighted by the last layer (catsex/prediction/gradcam.py), what speaks against the class left out.
 * @param {Float32Array} maps - (7, 7, 1280)
 * @returns {Float32Array} (7, 7), 0 to 1
 */
export function heatMap(head, maps, label) {
  const { kernel } = columns(head);
  const classes = head.classNames.length;
  const weights = new Float32Array(FEATURES);
  for (let k = 0; k < FEATURES; k++) {
    let others = 0;
    for (let c = 0; c < classes; c++) if (c !== label) others += kernel[c * FEATURES + k] / (classes - 1);
    weights[k] = kernel[label * FEATURES + k] - others;
  }
  const heat = new Float32Array(MAPS * MAPS);
  for (let place = 0; place < heat.length; place++) {
    for (let k = 0; k < FEATURES; k++) heat[place] += weights[k] * maps[place * FEATURES + k];
  }
  const top = Math.max(...heat);
  return heat.map(value => (top > 0 ? Math.max(0, value) / top : 0));
}
