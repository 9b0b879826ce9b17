// Who is held out when, and what shuffled labels are: catsex/evaluation/splits.py, draw for draw.
import { permutation } from './random.js';

/** Return the distinct units in ascending order, and for each photo the place of its unit among them. */
function places(unit) {
  const first = [...new Set(unit)].sort((a, b) => a - b), place = new Map(first.map((u, i) => [u, i]));
  return { first, position: unit.map(u => place.get(u)) };
}

/**
 * Assign photos to folds at random, each class spread as evenly as possible and units never split.
 * @param {function(): number} random
 * @param {ArrayLike<number>[]} rows - labellings, each of which gets its own folds
 * @param {number[]} unit
 * @param {number} folds
 * @returns {Int32Array[]} for each labelling the fold of each photo
 */
export function stratifiedFolds(random, rows, unit, folds) {
  const { first, position } = places(unit);
  const dealt = rows.map(row => {
    const keys = first.map(u => row[u] + random());
    const order = first.map((_, i) => i).sort((p, q) => keys[p] - keys[q]);
    const fold = new Int32Array(first.length);
    order.forEach((place, rank) => { fold[place] = rank % folds; }); // dealt like cards
    return fold;
  });
  return dealt.map(fold => {
    const name = permutation(random, folds);
    return Int32Array.from(position, place => name[fold[place]]);
  });
}

/**
 * Draw label permutations: photos exchange labels, units only as a whole and with units of their size.
 * @param {number[]} labels
 * @returns {Uint16Array[]}
 */
export function permutedLabels(random, labels, unit, permutations) {
  const { first, position } = places(unit);
  const members = first.map(() => []);
  position.forEach((place, photo) => members[place].push(photo));
  const result = Array.from({ length: permutations }, () => Uint16Array.from(labels));
  const sizes = [...new Set(members.map(photos => photos.length))].sort((a, b) => a - b);
  for (const size of sizes) {
    const alike = members.filter(photos => photos.length === size);
    for (const row of result) {
      const order = permutation(random, alike.length);
      alike.forEach((photos, to) => {
        const from = alike[order[to]];
        photos.forEach((photo, k) => { row[photo] = labels[from[k]]; });
      });
    }
  }
  return result;
}

/** Return for each labelling and fold which photos that head is trained on, as 0 or 1: all but those of the fold. */
export function trainingMasks(foldRows, folds) {
  return foldRows.flatMap(fold => Array.from({ length: folds }, (_, f) => Float32Array.from(fold, own => +(own !== f))));
}

/** Keep a random `size` of the photos of each class in each mask. */
export function atMost(random, masks, labels, classes, size) {
  const kept = masks.map(mask => new Float32Array(mask.length));
  for (let label = 0; label < classes; label++) {
    const members = labels.flatMap((own, photo) => (own === label ? [photo] : []));
    masks.forEach((mask, row) => {
      const keys = members.map(photo => { const key = random(); return mask[photo] ? key : Infinity; });
      const order = members.map((_, i) => i).sort((p, q) => (keys[p] === keys[q] ? p - q : keys[p] - keys[q]));
      for (const i of order.slice(0, size)) if (mask[members[i]]) kept[row][members[i]] = 1;
    });
  }
  return kept;
}
