// Scores of linear classifiers that have not seen a photo's group: catsex/evaluation/permuting/left_out.py.
const PENALTY = 0.01; // of ridge regression, as a share of a photo's mean squared distance from the mean of all

/**
 * Prepare two linear classifiers that score each photo without having seen any photo of its group.
 * @param {Float32Array} features - (n, d)
 * @param {number[]} groups - photos with the same number are left out together
 * @returns {{ridge: function, nearest: function}} (labels, c) => scores for class c, a Float64Array
 */
export function leftOut(features, groups) {
  const n = groups.length;
  const kernel = kernelOf(features, n);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += kernel[i * n + i];
  const members = [...new Set(groups)].map(group => groups.flatMap((own, i) => (own === group ? [i] : [])));
  const ridge = ridgeWithout(hatMatrix(kernel, n, (PENALTY * trace) / n), n, members);
  return { ridge: scorer(ridge, n), nearest: scorer(nearestWithout(kernel, n, members), n) };
}

/** Return what adds up the columns, each in one piece, of the photos of a class. */
const scorer = (columns, n) => (labels, c) => {
  const scores = new Float64Array(n);
  labels.forEach((label, j) => {
    if (label === c) for (let i = 0, at = j * n; i < n; i++) scores[i] += columns[at + i];
  });
  return scores;
};

/** Return the products of all pairs of photos, less their mean: (n, n). */
function kernelOf(features, n) {
  const d = features.length / n;
  const x = Float64Array.from(features);
  for (let k = 0; k < d; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i * d + k];
    for (let i = 0; i < n; i++) x[i * d + k] -= sum / n;
  }
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0, a = i * d, b = j * d; k < d; k++) sum += x[a + k] * x[b + k];
      kernel[i * n + j] = kernel[j * n + i] = sum;
    }
  }
  return kernel;
}

/** Return K (K + penalty I)^-1 + 1 / n, which is I - penalty (K + penalty I)^-1 + 1 / n. */
function hatMatrix(kernel, n, penalty) {
  const penalised = kernel.slice();
  for (let i = 0; i < n; i++) penalised[i * n + i] += penalty;
  const hat = inverse(penalised, n).map(value => 1 / n - penalty * value);
  for (let i = 0; i < n; i++) hat[i * n + i] += 1;
  return hat;
}

/** Invert a matrix, (n, n), by Gauss and Jordan; it is positive definite, so that no row has to move. */
function inverse(matrix, n) {
  const a = matrix.slice();
  for (let p = 0; p < n; p++) {
    const pivot = 1 / a[p * n + p];
    a[p * n + p] = 1;
    for (let j = 0; j < n; j++) a[p * n + j] *= pivot;
    for (let i = 0; i < n; i++) {
      if (i === p) continue;
      const factor = a[i * n + p];
      a[i * n + p] = 0;
      for (let j = 0; j < n; j++) a[i * n + j] -= factor * a[p * n + j];
    }
  }
  return a;
}

/** Return, column by column, what turns targets into the scores of ridge regression without a photo's group. */
function ridgeWithout(hat, n, members) {
  const columns = new Float64Array(n * n);
  for (const group of members) {
    const f = group.length;
    const block = new Float64Array(f * f);
    group.forEach((i, r) => {
      group.forEach((j, s) => {
        block[r * f + s] = (r === s) - hat[i * n + j];
      });
    });
    const without = inverse(block, f);
    const others = complement(group, n);
    group.forEach((i, r) => {
      for (const j of others) {
        let sum = -1 / (n - f);
        group.forEach((m, s) => {
          sum += without[r * f + s] * hat[m * n + j];
        });
        columns[j * n + i] = sum;
      }
    });
  }
  return columns;
}

/** Return, column by column, what turns targets into the scores by the nearest mean without a photo's group. */
function nearestWithout(kernel, n, members) {
  const columns = new Float64Array(n * n);
  for (const group of members) {
    const k = n - group.length;
    const own = group.map(i => group.reduce((sum, j) => sum + kernel[i * n + j], 0) / k);
    for (const j of complement(group, n)) {
      let sum = 0;
      group.forEach((i, r) => {
        columns[j * n + i] = kernel[i * n + j] + own[r];
        sum += columns[j * n + i];
      });
      for (const i of group) columns[j * n + i] += sum / k;
    }
  }
  return columns;
}

function complement(group, n) {
  const inside = new Set(group);
  return Array.from({ length: n }, (_, i) => i).filter(i => !inside.has(i));
}
