// The permutation test, its heads trained by workers in blocks. The blocks and their random numbers do not depend on
// how many workers there are, and sums are made in a fixed order: the same seed gives the same numbers on any device.
import { findExchanges } from './exchanges.js';
import { balancedAccuracy, mean } from './metrics.js';
import { generator } from './random.js';

export const ROWS_AT_ONCE = 8; // labellings in a block: their heads fit into a processor's cache
const STREAMS = 2 ** 20; // a test's first block is the stream after its number times this

/**
 * Compare cross-validated accuracy with what luck gives.
 * @param {function(object): Promise<{answers: Uint16Array[]}>} train - cross-validates a block, in whatever worker
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
 * @returns {Promise<{answers: Uint16Array[], accuracy: number, nulls: number[], p: number}>}
 */
export async function permutationTest(train, options, progress = () => {}) {
  const { labels, groups, alike, classes, repeats, permutations, seed, test } = options;
  const exchanges = findExchanges(labels, groups, alike);
  const labellings = [Uint16Array.from(labels), ...exchanges.photos(generator(seed, test * STREAMS), permutations)];
  const jobs = labellings.flatMap((row, number) => Array.from({ length: repeats }, () => ({ row, number })));
  const accuracies = new Float64Array(jobs.length), left = labellings.map(() => repeats), observed = [], nulls = [];
  const blocks = [];
  for (let start = 0; start < jobs.length; start += ROWS_AT_ONCE) blocks.push(start);
  let done = 0;
  await Promise.all(blocks.map(async (start, block) => {
    const part = jobs.slice(start, start + ROWS_AT_ONCE);
    const { answers } = await train({ ...options, rows: part.map(job => job.row), stream: test * STREAMS + 1 + block });
    part.forEach(({ row, number }, k) => {
      accuracies[start + k] = balancedAccuracy(answers[k], row, classes);
      if (number === 0) observed[start + k] = answers[k];
      if (--left[number] === 0 && number > 0) nulls.push(statistic(accuracies, number, repeats));
    });
    done += part.length;
    progress({ done, count: jobs.length, nulls });
  }));
  const statistics = labellings.map((_, number) => statistic(accuracies, number, repeats));
  // Equal statistics may differ in their last bit.
  const exceeding = statistics.filter(value => value >= statistics[0] - 1e-9).length; // the real one among them
  const p = Math.max(exceeding / statistics.length, exchanges.smallestP);
  return { answers: observed, accuracy: statistics[0], nulls: statistics.slice(1), p };
}

const statistic = (accuracies, number, repeats) => mean([...accuracies.subarray(number * repeats, (number + 1) * repeats)]);
