// Linear equations of a positive definite matrix, by Cholesky's decomposition; products of rows.

/** The product of two rows; four sums at once do not wait for each other. */
export function dot(a, b) {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  let k = 0;
  for (; k + 3 < a.length; k += 4) {
    one += a[k] * b[k];
    two += a[k + 1] * b[k + 1];
    three += a[k + 2] * b[k + 2];
    four += a[k + 3] * b[k + 3];
  }
  for (; k < a.length; k++) one += a[k] * b[k];
  return one + two + three + four;
}

/** @returns {Float64Array[]} the rows of the lower triangle L with L L' = matrix */
export function cholesky(matrix) {
  const rows = [];
  for (let i = 0; i < matrix.length; i++) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j < i ? rows[j] : row;
      let left = matrix[i][j];
      for (let k = 0; k < j; k++) left -= row[k] * other[k];
      row[j] = j < i ? left / other[j] : Math.sqrt(left);
    }
    rows.push(row);
  }
  return rows;
}

/** @returns {Float64Array} x with L x = right */
export function substituteDown(rows, right) {
  const x = Float64Array.from(right);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    let left = x[i];
    for (let k = 0; k < i; k++) left -= row[k] * x[k];
    x[i] = left / row[i];
  }
  return x;
}

/** @returns {Float64Array} x with L L' x = right */
export function substitute(rows, right) {
  const x = substituteDown(rows, right);
  for (let i = rows.length - 1; i >= 0; i--) {
    // row by row, since a row's numbers lie together
    const row = rows[i];
    const own = x[i] / row[i];
    x[i] = own;
    for (let k = 0; k < i; k++) x[k] -= row[k] * own;
  }
  return x;
}

/** @returns {Float64Array[]} the rows of the inverse, which is symmetric */
export function inverse(matrix) {
  const rows = cholesky(matrix);
  const n = rows.length;
  const found = rows.map(() => new Float64Array(n));
  found.forEach((x, i) => {
    // Of each row what is not in those before it: L L' x = a unit, from its 1 on
    for (let j = i; j < n; j++) {
      const row = rows[j];
      let left = +(i === j);
      for (let k = i; k < j; k++) left -= row[k] * x[k];
      x[j] = left / row[j];
    }
    for (let j = n - 1; j >= i; j--) {
      const row = rows[j];
      const own = x[j] / row[j];
      x[j] = own;
      for (let k = i; k < j; k++) x[k] -= row[k] * own;
      found[j][i] = own;
    }
  });
  return found;
}
