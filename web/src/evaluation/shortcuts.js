// How far one gets by colour, brightness and the shape of the file: catsex/evaluation/shortcuts.py.
import { deviation, mean } from './metrics.js';
import { permutationTest } from './permutation_test.js';

const LEARNING_RATE = 0.3;
export const SETS = [
  ['mean colour', 0, 3], ['brightness and contrast', 3, 5], ['size and shape of the file', 5, 9],
  ['all of these together', 0, 9],
];

/** Return columns `from` to `to` of the photos' nine numbers, standardised, one photo after the other. */
export function standardised(trivial, from, to) {
  const n = trivial.length, d = to - from, result = new Float32Array(n * d);
  for (let c = 0; c < d; c++) {
    const column = trivial.map(numbers => numbers[from + c]), middle = mean(column), spread = deviation(column);
    column.forEach((x, i) => { result[i * d + c] = (x - middle) / (spread > 1e-6 ? spread : 1); });
  }
  return result;
}

/**
 * Cross-validate heads on trivial features, as the network's features are.
 * @param {function(Float32Array, number): Promise<function>} trainerOn - features and d -> what trains blocks on them
 * @returns {Promise<{features: string, accuracy: number, p_value: number}[]>}
 */
export async function shortcuts(trainerOn, trivial, options, progress = () => {}) {
  const results = [];
  for (const [number, [name, from, to]] of SETS.entries()) {
    const train = await trainerOn(standardised(trivial, from, to), to - from);
    const settings = { ...options, test: 1 + number, learningRate: LEARNING_RATE };
    const { accuracy, p } = await permutationTest(train, settings, ({ done, count }) => {
      progress((number + done / count) / SETS.length);
    });
    results.push({ features: name, accuracy, p_value: p });
  }
  return results;
}
