// How many photos would be enough to tell from luck what there seems to be? catsex/evaluation/sample_size.py.
import { bootstrap, groupsPerClass } from './metrics.js';
import { generator } from './random.js';

const FURTHEST = 32; // times as many groups as there are
const USUAL_POWER = 0.8416212335729143, USUAL_LEVEL = 1.6448536269514715; // normal quantiles of 0.8 and 0.95

/**
 * Foretell how many groups of each class would make p < 0.05 in four sets of five, if it goes on like this.
 * @param {{full: number[], half: number[]}} scores - as `learningCurve` returns them
 * @returns {(number|null)[]} of the middle draw, and of those at a tenth and at nine tenths
 */
export function groupsNeeded(seed, stream, { full, half }, labels, groups, classes, nullSd) {
  const chance = 1 / classes, now = Math.min(...groupsPerClass(labels, groups, classes));
  // The same groups for both, as often as they are drawn.
  const [accuracy, before] = [full, half].map(scores => bootstrap(generator(seed, stream), scores, labels, groups, classes));
  const times = Array.from({ length: 8 * Math.log2(FURTHEST) + 1 }, (_, step) => 2 ** (step / 8));
  const enough = (rate, gain, factor) => {
    const later = Math.min(1, Math.max(0, rate + Math.max(gain, 0) * Math.log2(factor))), luck = nullSd / Math.sqrt(factor);
    const own = luck * Math.sqrt(later * (1 - later) / (chance * (1 - chance)));
    return later - USUAL_POWER * own > chance + USUAL_LEVEL * luck;
  };
  const factors = accuracy.map((rate, i) => times.find(factor => enough(rate, rate - before[i], factor)) ?? Infinity).sort();
  return [0.5, 0.1, 0.9].map(share => {
    const factor = factors[Math.ceil(share * (factors.length - 1))];
    return Number.isFinite(factor) ? Math.ceil(now * factor) : null;
  });
}
