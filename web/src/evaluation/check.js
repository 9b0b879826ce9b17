// Whether cross-validation would make sense on these photos.
import { groupsPerClass } from './metrics.js';

/**
 * There are too few groups of photos of a class; `known` if somebody said which photos belong together, `burst` the names
 * of two that count as one because of when they were taken, if there are such.
 */
export class TooFew extends Error {
  constructor(name, count, needed, known, burst) {
    super(`${name} has ${count} groups of photos; it needs at least ${needed}`);
    Object.assign(this, { name, count, needed, known, burst });
  }
}

/** Throw `TooFew` if a class has fewer groups than there are folds. */
export function findFew({ labels, groups, classNames, names, folds, known, bursts }) {
  const sizes = groupsPerClass(labels, groups, classNames.length), smallest = sizes.indexOf(Math.min(...sizes));
  if (sizes[smallest] >= folds) return;
  const burst = bursts.find(([first]) => labels[first] === smallest)?.map(position => names[position]);
  throw new TooFew(classNames[smallest], sizes[smallest], folds, known, burst);
}
