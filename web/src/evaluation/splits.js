// Who is held out when: catsex/evaluation/splits.py, draw for draw.
import { permutation } from './random.js';

/** Return each photo's place among the groups in ascending order, and of each group its first photo and its size. */
export function places(groups) {
  const order = [...new Set(groups)].sort((a, b) => a - b);
  const place = new Map(order.map((group, i) => [group, i]));
  const group = groups.map(own => place.get(own));
  const first = order.map(own => groups.indexOf(own));
  const sizes = order.map(() => 0);
  for (const own of group) sizes[own]++;
  return { group, first, sizes };
}

/**
 * Assign photos to folds at random, each class spread as evenly as possible and groups never split. Groups of one size
 * and one class each are dealt like cards; otherwise each goes to the fold that has least of its classes so far.
 * @param {() => number} random
 * @param {ArrayLike<number>[]} rows - labellings, each of which gets its own folds
 * @param {number[]} groups - photos with the same number belong together
 * @param {number} folds
 * @returns {Int32Array[]} for each labelling the fold of each photo
 */
export function stratifiedFolds(random, rows, groups, folds) {
  const { group, first, sizes } = places(groups);
  const alike = sizes.every(size => size === sizes[0]);
  const pure = () => rows.every(row => group.every((own, i) => row[i] === row[first[own]]));
  const found =
    alike && (sizes[0] === 1 || pure())
      ? dealt(
          random,
          rows.map(row => first.map(photo => row[photo])),
          folds,
        )
      : balanced(random, rows, group, first.length, folds);
  return found.map(fold => Int32Array.from(group, own => fold[own]));
}

/** Deal each class in turn to the folds. */
function dealt(random, rows, folds) {
  const result = rows.map(row => {
    const keys = row.map(label => label + random());
    const order = row.map((_, i) => i).sort((p, q) => keys[p] - keys[q]);
    const fold = new Int32Array(row.length);
    order.forEach((place, rank) => {
      fold[place] = rank % folds;
    });
    return fold;
  });
  return result.map(fold => {
    const name = permutation(random, folds);
    return fold.map(own => name[own]);
  });
}

/** Give each group, the largest first, to the fold that has least of its classes; in float32, as Python. */
function balanced(random, rows, group, groups, folds) {
  const f = Math.fround;
  const classes = rows.reduce((top, row) => Math.max(top, ...row), 0) + 1;
  const counts = rows.map(row => {
    const table = Array.from({ length: groups }, () => Array(classes).fill(0));
    group.forEach((own, i) => {
      table[own][row[i]]++;
    });
    return table;
  });
  const sizes = Array(groups).fill(0);
  for (const own of group) sizes[own]++;
  const orders = rows.map(() => {
    const keys = sizes.map(size => random() - size);
    return sizes.map((_, i) => i).sort((p, q) => keys[p] - keys[q]);
  });
  const weights = counts.map(table =>
    table[0].map((_, c) => {
      const total = Math.max(
        table.reduce((sum, own) => sum + own[c], 0),
        1,
      );
      return f(1 / f(total * total));
    }),
  );
  const soFar = rows.map(() => Array.from({ length: folds }, () => Array(classes).fill(0)));
  const result = rows.map(() => new Int32Array(groups));
  for (let step = 0; step < groups; step++) {
    rows.forEach((_, r) => {
      const place = orders[r][step];
      const added = counts[r][place];
      const weighted = added.map((count, c) => f(count * weights[r][c]));
      let best = 0;
      let least = Infinity;
      for (let fold = 0; fold < folds; fold++) {
        const own = soFar[r][fold];
        const size = f(own.reduce((a, b) => a + b) / groups);
        const crowded = own.reduce((sum, count, c) => f(sum + f(count * weighted[c])), 0);
        const value = f(f(f(crowded * 1e6) + size) + f(f(1e-3) * f(random())));
        if (value < least) [best, least] = [fold, value];
      }
      added.forEach((count, c) => {
        soFar[r][best][c] += count;
      });
      result[r][place] = best;
    });
  }
  return result;
}

/** Return for each labelling and fold which photos that head is trained on, as 0 or 1: all but those of the fold. */
export function trainingMasks(foldRows, folds) {
  return foldRows.flatMap(fold =>
    Array.from({ length: folds }, (_, f) => Float32Array.from(fold, own => +(own !== f))),
  );
}

/** Keep the photos of a random `size` of the groups of each class in each mask. */
export function atMost(random, masks, labels, groups, classes, size) {
  const kept = masks.map(mask => new Float32Array(mask.length));
  for (let label = 0; label < classes; label++) {
    const members = labels.flatMap((own, photo) => (own === label ? [photo] : []));
    const { group, first } = places(members.map(photo => groups[photo]));
    masks.forEach((mask, row) => {
      const keys = first.map(place => {
        const key = random();
        return mask[members[place]] ? key : Infinity;
      });
      const order = first.map((_, i) => i).sort((p, q) => (keys[p] === keys[q] ? p - q : keys[p] - keys[q]));
      const chosen = new Set(order.slice(0, size));
      members.forEach((photo, i) => {
        if (mask[photo] && chosen.has(group[i])) kept[row][photo] = 1;
      });
    });
  }
  return kept;
}
