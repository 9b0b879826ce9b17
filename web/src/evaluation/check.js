// Whether cross-validation would make sense on these photos.

/** There are too few photos of a class, not counting near-duplicates. */
export class TooFew extends Error {
  constructor(name, count, needed) {
    super(`${name} has ${count} photos that are not nearly the same as others; it needs at least ${needed}`);
    Object.assign(this, { name, count, needed });
  }
}

/**
 * Throw `TooFew` if a class has fewer units than there are folds. A unit counts as its first photo.
 */
export function findFew(labels, unit, classNames, folds) {
  const sizes = Array(classNames.length).fill(0);
  for (const first of new Set(unit)) sizes[labels[first]]++;
  const smallest = sizes.indexOf(Math.min(...sizes));
  if (sizes[smallest] < folds) throw new TooFew(classNames[smallest], sizes[smallest], folds);
}
