// Photos taken within seconds of each other, and frames of one video: catsex/evaluation/grouping/bursts.py.
import { BURST_SECONDS, BURSTS } from '../constants.js';
import { median, product } from './groups.js';
import { quantile } from './metrics.js';

const { ALIKE, FAR, LEAST, MOST } = BURSTS;

const inOrder = pairs => pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
const pair = (one, other) => [Math.min(one, other), Math.max(one, other)];

/**
 * Find photos that one camera has taken one right after another.
 * @param {({camera: string, seconds: number}|null)[]} taken - null where a photo's file does not say it
 * @returns {[number, number][]} positions of photos that follow each other, the smaller first
 */
export function findBursts(taken) {
  const known = taken
    .map((when, position) => ({ ...when, position }))
    .filter(photo => 'seconds' in photo)
    .sort((a, b) =>
      a.camera < b.camera ? -1 : a.camera > b.camera ? 1 : a.seconds - b.seconds || a.position - b.position,
    );
  return inOrder(
    known
      .slice(1)
      .map((photo, i) => [known[i], photo])
      .filter(([first, second]) => first.camera === second.camera && second.seconds - first.seconds <= BURST_SECONDS)
      .map(([first, second]) => pair(first.position, second.position)),
  );
}

/**
 * Find neighbouring frames of one video: files numbered one after another whose neighbours are nearly alike.
 * @param {string[]} names - of the photos' files; all of a kind count as of one folder
 * @param {number[]} labels
 * @param {Float32Array} unit - (n, d), features of length 1
 * @returns {[number, number][]} positions of neighbours, the smaller first
 */
export function findFrames(names, labels, unit, d) {
  const pairs = [];
  for (const { label, series } of seriesOf(names, labels)) {
    const members = series.map(([, position]) => position);
    const near = members.map((_, i) => i).filter(i => i + 1 < series.length && series[i + 1][0] - series[i][0] === 1);
    if (near.length < LEAST - 1) continue;
    const alike = near.map(i => product(unit, members[i], members[i + 1], d));
    const usual = usualOf(
      series,
      labels.flatMap((own, i) => (own === label ? [i] : [])),
      unit,
      d,
    );
    if (usual === null || median(alike) <= usual) continue;
    near.forEach((i, k) => {
      if (alike[k] > usual) pairs.push(pair(members[i], members[i + 1]));
    });
  }
  return inOrder(pairs);
}

/** Return the files of a class that differ only in a number, as [number, position], by number. */
function seriesOf(names, labels) {
  const found = new Map();
  names.forEach((name, position) => {
    const match = /^(.*?)(\d+)(\D*)$/s.exec(name);
    if (!match || match[2].length > 15) return;
    const key = JSON.stringify([labels[position], match[1], match[3]]);
    if (!found.has(key)) found.set(key, { label: labels[position], series: [] });
    found.get(key).series.push([Number(match[2]), position]);
  });
  for (const { series } of found.values()) inOrder(series);
  return found.values();
}

/** Return how alike photos of a class are that are no neighbours in a series, at most; null if there are none. */
function usualOf(series, ofClass, unit, d) {
  const some = list => list.filter((_, i) => i % Math.max(1, Math.floor(list.length / MOST)) === 0);
  const chosen = some(series);
  const members = new Set(chosen.map(([, position]) => position));
  const others = some(ofClass.filter(position => !members.has(position)));
  const cosines = [];
  for (const [number, position] of chosen) {
    for (const [other, far] of chosen)
      if (Math.abs(other - number) >= FAR) cosines.push(product(unit, position, far, d));
    for (const other of others) cosines.push(product(unit, position, other, d));
  }
  return cosines.length ? quantile(Float64Array.from(cosines).sort(), ALIKE / 100) : null;
}
