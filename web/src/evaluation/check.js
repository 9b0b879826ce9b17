// Whether cross-validation would make sense on these photos.
import { groupsPerClass } from './metrics.js';

/** There are too few groups of photos of a class; `known` if somebody said which photos belong together. */
export class TooFew extends Error {
  constructor(name, count, needed, known) {
    super(`${name} has ${count} groups of photos; it needs at least ${needed}`);
    Object.assign(this, { name, count, needed, known });
  }
}

/** Throw `TooFew` if a class has fewer groups than there are folds. */
export function findFew(labels, groups, classNames, folds, known) {
  const sizes = groupsPerClass(labels, groups, classNames.length), smallest = sizes.indexOf(Math.min(...sizes));
  if (sizes[smallest] < folds) throw new TooFew(classNames[smallest], sizes[smallest], folds, known);
}
