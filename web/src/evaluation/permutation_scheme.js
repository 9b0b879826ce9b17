// Which labels might as well have been exchanged, if there is nothing to learn:
// catsex/evaluation/permuting/permutation_scheme.py.
import { TEST } from '../constants.js';
import { generator, permutation } from './random.js';

export const { AMONG, WITHIN, BOTH } = TEST;

const ascending = values => [...new Set(values)].sort((a, b) => a - b);

/** All photos of a unit have one label and keep having one; the labels in a block are permuted among its units. */
export class PermutationScheme {
  labels;
  block;
  unit;
  kind;

  /**
   * @param {number[]} unit - of each photo, 0 to T - 1
   * @param {number[]} labels - of each unit
   * @param {number[]} block - of each unit
   * @param {string} kind - AMONG, WITHIN or BOTH
   */
  constructor(unit, labels, block, kind) {
    Object.assign(this, { unit, labels, block, kind });
  }

  /** Draw labellings of the units. @returns {Uint16Array[]} */
  draw(random, permutations) {
    const result = Array.from({ length: permutations }, () => Uint16Array.from(this.labels));
    for (const block of ascending(this.block)) {
      const units = this.labels.map((_, t) => t).filter(t => this.block[t] === block);
      for (const row of result) {
        const order = permutation(random, units.length);
        units.forEach((unit, k) => {
          row[unit] = this.labels[units[order[k]]];
        });
      }
    }
    return result;
  }

  /** Draw labellings of the units, each from a stream of its own. @returns {Uint16Array[]} */
  drawStreams(seed, permutations) {
    return Array.from({ length: permutations }, (_, stream) => this.draw(generator(seed, stream), 1)[0]);
  }

  /** Draw labellings of the photos. @returns {Uint16Array[]} */
  photos(random, permutations) {
    return this.draw(random, permutations).map(row => Uint16Array.from(this.unit, t => row[t]));
  }

  /** How many units of each class each block has: a row for each block. */
  get counts() {
    const blocks = ascending(this.block);
    const classes = Math.max(...this.labels) + 1;
    const place = new Map(blocks.map((block, i) => [block, i]));
    const counts = blocks.map(() => Array(classes).fill(0));
    this.labels.forEach((label, t) => counts[place.get(this.block[t])][label]++);
    return counts;
  }

  /** The smallest p-value that so many different labellings can give; those that only swap classes' names are one. */
  get smallestP() {
    const { counts } = this;
    const alike = new Map();
    counts[0].forEach((_, c) => {
      const column = String(counts.map(row => row[c]));
      alike.set(column, (alike.get(column) ?? 0) + 1);
    });
    const swaps = [...alike.values()].reduce((sum, k) => sum + logFactorial(k), 0);
    return Math.exp(Math.min(0, swaps - logLabellings(counts)));
  }

  /** How many groups would make a p-value below `level` possible: of each class, or in all if within groups. */
  groupsNeeded(level = 0.05) {
    const { counts } = this;
    const classes = counts[0].length;
    if (this.kind === AMONG) {
      let each = 2;
      while (logFactorial(classes) - logLabellings([Array(classes).fill(each)]) >= Math.log(level)) each++;
      return each;
    }
    const perBlock = logLabellings(counts) / counts.length;
    return Math.floor((logFactorial(classes) - Math.log(level)) / Math.max(perBlock, 1e-9)) + 1;
  }
}

function logFactorial(n) {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}

/** The logarithm of the number of different labellings of blocks with such counts. */
const logLabellings = counts =>
  counts.reduce(
    (sum, row) => sum + logFactorial(row.reduce((a, b) => a + b, 0)) - row.reduce((a, k) => a + logFactorial(k), 0),
    0,
  );

/**
 * Find out which labels can be exchanged.
 * @param {number[]} labels
 * @param {number[]} groups - photos with the same number belong together
 * @param {number[]} alike - photos with the same number are near-duplicates; in a group with several classes, they
 *   keep together
 */
export function findPermutationScheme(labels, groups, alike) {
  const pure = ofOneClass(labels, groups);
  const oneClass = ofOneClass(labels, alike);
  const order = ascending(groups);
  const blocks = groups.map((group, i) => (pure[i] ? 0 : 1 + order.indexOf(group)));
  const keys = labels.map((_, i) => [blocks[i], pure[i] ? groups[i] : oneClass[i] ? alike[i] : -1 - i]);
  const first = new Map();
  keys.forEach((key, i) => {
    if (!first.has(String(key))) first.set(String(key), i);
  });
  const found = [...first.values()].sort((a, b) => keys[a][0] - keys[b][0] || keys[a][1] - keys[b][1]);
  const place = new Map(found.map((photo, t) => [String(keys[photo]), t]));
  const kind = pure.every(Boolean) ? AMONG : pure.some(Boolean) ? BOTH : WITHIN;
  return new PermutationScheme(
    keys.map(key => place.get(String(key))),
    found.map(i => labels[i]),
    found.map(i => blocks[i]),
    kind,
  );
}

/** Return for each photo whether all photos of its group are of one class. */
export function ofOneClass(labels, groups) {
  const seen = new Map();
  groups.forEach((group, i) => seen.set(group, (seen.get(group) ?? new Set()).add(labels[i])));
  return groups.map(group => seen.get(group).size === 1);
}
