// Photos that show the same thing again, guessed from the photos themselves: catsex/evaluation/grouping/alike.py.
import { findBursts, findFrames } from './bursts.js';
import { findDuplicates, normalised } from './groups.js';

/**
 * @param {Float32Array} features - (n, d)
 * @param {object} photos
 * @param {string[]} photos.files - names of their files
 * @param {number[]} photos.labels
 * @param {({camera: string, seconds: number}|null)[]} photos.taken
 * @returns {{duplicates: [number, number, number][], bursts: [number, number][], frames: [number, number][]}} pairs of
 *   photos; near-duplicates with the cosine of their features
 */
export function findAlike(features, n, d, { files, labels, taken }) {
  const unit = normalised(features, n, d);
  const bursts = [];
  // Who has put two photos into two kinds sees no burst in them.
  for (const label of new Set(labels)) {
    const members = labels.flatMap((own, i) => (own === label ? [i] : []));
    for (const pair of findBursts(members.map(i => taken[i]))) bursts.push(pair.map(i => members[i]));
  }
  bursts.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { duplicates: findDuplicates(features, n, d), bursts, frames: findFrames(files, labels, unit, d) };
}
