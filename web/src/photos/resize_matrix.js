// scikit-image's resize as matrices, one axis at a time: `resize_matrix` of catsex/photos/preprocessing.py.

const known = new Map();
const KNOWN = 64; // photos of one camera have one size

/** Return for each of `size` positions of the result the first source position it depends on, and its weights. */
export function taps(length, size) {
  const key = `${length} ${size}`;
  if (!known.has(key)) {
    if (known.size === KNOWN) known.clear();
    known.set(key, makeTaps(length, size));
  }
  return known.get(key);
}

function makeTaps(length, size) {
  const scale = length / size;
  const sigma = Math.max(0, (scale - 1) / 2);
  const radius = Math.floor(4 * sigma + 0.5);
  const gaussian = [];
  for (let offset = -radius; offset <= radius; offset++) gaussian.push(Math.exp(-0.5 * (offset / (sigma || 1)) ** 2));
  const total = gaussian.reduce((a, b) => a + b);
  const period = Math.max(2 * (length - 1), 1);
  const mirror = index => {
    if (length === 1) return 0;
    const folded = Math.abs(index) % period;
    return Math.min(folded, period - folded);
  };
  return Array.from({ length: size }, (_, out) => {
    const centre = (out + 0.5) * scale - 0.5;
    const left = Math.floor(centre);
    const right = centre - left;
    const sums = new Map();
    for (const [tap, share] of [
      [left, 1 - right],
      [left + 1, right],
    ]) {
      for (let offset = -radius; offset <= radius; offset++) {
        const source = mirror(mirror(tap) + offset);
        sums.set(source, (sums.get(source) ?? 0) + (share * gaussian[offset + radius]) / total);
      }
    }
    const first = Math.min(...sums.keys());
    const weights = new Float32Array(Math.max(...sums.keys()) - first + 1);
    for (const [source, weight] of sums) weights[source - first] = weight;
    return { first, weights };
  });
}

/** Return taps as flat arrays: result `x` uses weights[begins[x]] to weights[begins[x + 1]] from source firsts[x]. */
export function byResult(length, size) {
  const list = taps(length, size);
  const begins = new Int32Array(size + 1);
  list.forEach((tap, x) => {
    begins[x + 1] = begins[x] + tap.weights.length;
  });
  const weights = new Float32Array(begins[size]);
  list.forEach((tap, x) => weights.set(tap.weights, begins[x]));
  return { firsts: Int32Array.from(list, tap => tap.first), begins, weights };
}

/** Return the same the other way round: source `y` adds to results outs[begins[y]] to outs[begins[y + 1]]. */
export function bySource(length, size) {
  const list = taps(length, size);
  const begins = new Int32Array(length + 1);
  for (const { first, weights } of list) for (let i = 0; i < weights.length; i++) begins[first + i + 1]++;
  for (let y = 0; y < length; y++) begins[y + 1] += begins[y];
  const next = begins.slice();
  const outs = new Int32Array(begins[length]);
  const shares = new Float32Array(begins[length]);
  list.forEach(({ first, weights }, out) =>
    weights.forEach((weight, i) => {
      const place = next[first + i]++;
      outs[place] = out;
      shares[place] = weight;
    }),
  );
  return { begins, outs, weights: shares };
}
