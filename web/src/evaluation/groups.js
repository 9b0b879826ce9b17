// Which photos belong together: near-duplicates, and those of one subject. catsex/evaluation/groups.py.

export const NEAR_DUPLICATE = 0.9; // of the cosine; measured in catsex/evaluation/groups.py

/** Return each photo's features at length 1, one row after the other. */
export function normalised(features, n, d) {
  const result = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = i * d; k < (i + 1) * d; k++) sum += features[k] ** 2;
    const length = Math.max(Math.sqrt(sum), 1e-12);
    for (let k = i * d; k < (i + 1) * d; k++) result[k] = features[k] / length;
  }
  return result;
}

/**
 * Find photos that are the same, or nearly.
 * @returns {Array<[number, number, number]>} pairs of photos with the cosine of their features, the closest first
 */
export function findDuplicates(features, n, d, threshold = NEAR_DUPLICATE) {
  const unit = normalised(features, n, d), pairs = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let cosine = 0;
      for (let p = i * d, q = j * d, end = p + d; p < end; p++, q++) cosine += unit[p] * unit[q];
      if (cosine > threshold) pairs.push([i, j, Math.min(1, Number(cosine.toFixed(6)))]);
    }
  }
  return pairs.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]);
}

/**
 * Return which photos belong together: those of one group, and those that a chain of near-duplicates joins.
 * @param {number} n
 * @param {Array<[number, number, ...any]>} pairs
 * @param {(string|null)[]} [groups] - the same name for photos of the same subject; null for a photo by itself
 * @returns {number[]} the first photo of each photo's group
 */
export function join(n, pairs, groups = []) {
  const group = Array.from({ length: n }, (_, i) => i);
  for (const [first, second] of [...pairs, ...pairsOf(groups)]) {
    const low = Math.min(group[first], group[second]), high = Math.max(group[first], group[second]);
    if (low !== high) group.forEach((own, i) => { if (own === high) group[i] = low; });
  }
  return group;
}

/** Return pairs that join the photos of each group. */
function pairsOf(groups) {
  const first = new Map(), pairs = [];
  groups.forEach((group, i) => {
    if (group === null) return;
    if (first.has(group)) pairs.push([first.get(group), i]);
    else first.set(group, i);
  });
  return pairs;
}

// Names that cameras give, which say nothing of what a photo shows.
const CAMERA_NAMES = /^(img|image|photo|foto|pic|picture|dsc[nf]?|p|pxl|vid|frame|scan|camera|kamera|whatsapp image|screenshot)$/i;

/**
 * Guess from its name which subject a photo shows: tom_1.jpg and tom-02.jpg show tom.
 * @returns {string|null}
 */
export function subjectOf(name) {
  const match = /^(.*?\p{L}.*?)[\s_.-]+\(?\d+\)?$/u.exec(name.replace(/\.\w+$/, ''));
  return match && !CAMERA_NAMES.test(match[1].replace(/[\s_.-]*\d+$/, '')) ? match[1].trim().toLowerCase() : null;
}
