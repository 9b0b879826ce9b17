// The permutation test, its heads trained by workers in blocks. The blocks and their random numbers do not depend on
// how many workers there are, and sums are made in a fixed order: the same seed gives the same numbers on any device.

import { balancedAccuracy, mean } from './metrics.js';
import { findExchanges } from './permutation_scheme.js';
import { generator } from './random.js';

export const ROWS_AT_ONCE = 8; // labellings in a block: their heads fit into a processor's cache
const IN_FLIGHT = 12; // blocks given to the workers at a time
const ENOUGH = 100; // labellings that do as well as the real one, after which p cannot be small any more
const STREAMS = 2 ** 20; // a test's first block is the stream after its number times this

/**
 * Compare cross-validated accuracy with what luck gives.
 * @param {function(object): Promise<{predictions: Uint16Array[]}>} train - cross-validates a block, in whatever worker
 * @param {object} options
 * @param {number[]} options.labels
 * @param {number[]} options.groups - photos with the same number belong together
 * @param {number[]} options.alike - near-duplicates, as `findExchanges` takes them
 * @param {number} options.classes
 * @param {number} options.folds
 * @param {number} options.repeats
 * @param {number} options.permutations
 * @param {number} options.seed
 * @param {number} options.test - its number; tests of other numbers draw other random numbers
 * @param {number} [options.learningRate]
 * @param {function({done: number, count: number, nulls: number[]}): void} [progress]
 * @returns {Promise<{predictions: Uint16Array[], accuracy: number, nulls: number[], p: number}>}
 */
export async function permutationTest(train, options, progress = () => {}) {
  const { labels, groups, alike, classes, repeats, permutations, seed, test } = options;
  const exchanges = findExchanges(labels, groups, alike);
  const labellings = [Uint16Array.from(labels), ...exchanges.photos(generator(seed, test * STREAMS), permutations)];
  const jobs = labellings.flatMap((row, number) => Array.from({ length: repeats }, () => ({ row, number })));
  const accuracies = new Float64Array(jobs.length);
  const left = labellings.map(() => repeats);
  const observed = [];
  const nulls = [];
  let done = 0;
  let begun = 0;
  let sure = 0;
  let asGood = 0; // of the first `sure` labellings all is known, and so many do as well
  // Equal but for the last bit.
  const isAsGood = number => statistic(accuracies, number, repeats) >= statistic(accuracies, 0, repeats) - 1e-9;
  const take = async () => {
    while (begun < jobs.length && asGood <= ENOUGH) {
      const start = begun;
      begun += ROWS_AT_ONCE;
      const part = jobs.slice(start, begun);
      const { predictions } = await train({
        ...options,
        rows: part.map(job => job.row),
        stream: test * STREAMS + 1 + start / ROWS_AT_ONCE,
      });
      part.forEach(({ row, number }, k) => {
        accuracies[start + k] = balancedAccuracy(predictions[k], row, classes);
        if (number === 0) observed[start + k] = predictions[k];
        if (--left[number] === 0 && number > 0) nulls.push(statistic(accuracies, number, repeats));
      });
      while (sure < left.length && left[sure] === 0 && asGood <= ENOUGH) asGood += isAsGood(sure++);
      done += part.length;
      progress({ done, count: jobs.length, nulls });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, take));
  const statistics = Array.from({ length: sure }, (_, number) => statistic(accuracies, number, repeats));
  const p = Math.max(asGood / sure, exchanges.smallestP); // the real labels are as good as themselves
  return { predictions: observed, accuracy: statistics[0], nulls: statistics.slice(1), p };
}

const statistic = (accuracies, number, repeats) =>
  mean([...accuracies.subarray(number * repeats, (number + 1) * repeats)]);
