// Whether cross-validation would make sense on these photos.
import { FOLDS } from '../constants.js';
import { groupsPerClass } from './metrics.js';

/**
 * There are too few groups of photos of a class; `known` if somebody said which photos belong together, `burst` the
 * names of two that count as one because of when they were taken, if there are such.
 */
export class TooFew extends Error {
  constructor(className, count, needed, known, burst) {
    super(`${className} has ${count} groups of photos; it needs at least ${needed}`);
    Object.assign(this, { kind: 'few', className, count, needed, known, burst });
  }
}

export const LEAST = 2; // groups of each class, with which there are as many folds

/**
 * Return in how many folds to cross-validate, as Python's `folds_for`, or throw `TooFew` if a class has too few groups
 * for any.
 */
export function foldsFor({ labels, groups, classNames, names, known, bursts }) {
  const sizes = groupsPerClass(labels, groups, classNames.length);
  const smallest = sizes.indexOf(Math.min(...sizes));
  if (sizes[smallest] >= LEAST) return Math.min(FOLDS, sizes[smallest]);
  const burst = bursts.find(([first]) => labels[first] === smallest)?.map(position => names[position]);
  throw new TooFew(classNames[smallest], sizes[smallest], LEAST, known, burst);
}
