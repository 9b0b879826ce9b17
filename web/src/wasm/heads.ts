// Many last layers trained at once, each as if it were alone: catsex/network/heads.py for one block of heads.
// A head of two classes is one column (the difference of the two), of more classes a column each. Columns are
// processed four at a time, so their number is a multiple of 4, and so is d, the number of features.
// All arrays are float32 or int32, one row after the other; who calls says where each lies in memory.

// Keras' defaults for Adam; 1 - beta is rounded once, as TensorFlow does, not taken from a rounded beta.
const BETA_1: f64 = 0.9, BETA_2: f64 = 0.999, EPSILON: f32 = 1e-7;
const REST_1: f32 = 0.1, REST_2: f32 = 0.001;

/** Where memory is free. */
export function base(): usize {
  return (__heap_base + 15) & ~15;
}

@inline function at(start: usize, index: i32): usize {
  return start + ((<usize>index) << 2);
}

@inline function sum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

/** Z (count, columns) = X[photos] (count, d) @ W (columns, d) transposed + b. */
function logits(X: usize, W: usize, b: usize, photos: usize, count: i32, d: i32, columns: i32, Z: usize): void {
  const row = (<usize>d) << 2;
  for (let c = 0; c < columns; c += 4) {
    const w0 = W + (<usize>c) * row, w1 = w0 + row, w2 = w1 + row, w3 = w2 + row;
    for (let i = 0; i < count; i++) {
      const x = X + (<usize>load<i32>(at(photos, i))) * row;
      let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
      for (let k: usize = 0; k < row; k += 16) {
        const xs = v128.load(x + k);
        a0 = f32x4.add(a0, f32x4.mul(xs, v128.load(w0 + k)));
        a1 = f32x4.add(a1, f32x4.mul(xs, v128.load(w1 + k)));
        a2 = f32x4.add(a2, f32x4.mul(xs, v128.load(w2 + k)));
        a3 = f32x4.add(a3, f32x4.mul(xs, v128.load(w3 + k)));
      }
      const z = at(Z, i * columns + c), bias = at(b, c);
      store<f32>(z, sum(a0) + load<f32>(bias));
      store<f32>(z + 4, sum(a1) + load<f32>(bias + 4));
      store<f32>(z + 8, sum(a2) + load<f32>(bias + 8));
      store<f32>(z + 12, sum(a3) + load<f32>(bias + 12));
    }
  }
}

/** Replace logits, in place, by the loss's derivative with respect to them: one column, a sigmoid. */
@inline function sigmoidError(z: usize, label: i32, share: f32): void {
  store<f32>(z, (<f32>1 / (<f32>1 + Mathf.exp(-load<f32>(z))) - <f32>label) * share);
}

/** The same of several columns: a softmax. */
@inline function softmaxError(z: usize, per: i32, label: i32, share: f32): void {
  let top: f32 = -Infinity, total: f32 = 0;
  for (let c = 0; c < per; c++) top = max(top, load<f32>(at(z, c)));
  for (let c = 0; c < per; c++) {
    const e = Mathf.exp(load<f32>(at(z, c)) - top);
    total += e;
    store<f32>(at(z, c), e);
  }
  for (let c = 0; c < per; c++) {
    store<f32>(at(z, c), (load<f32>(at(z, c)) / total - (c == label ? <f32>1 : <f32>0)) * share);
  }
}

/** Each head's error on its own labels, averaged over those photos of the batch that it may see. */
function errors(n: i32, heads: i32, per: i32, labels: usize, shares: usize, photos: usize, count: i32, Z: usize): void {
  for (let h = 0; h < heads; h++) {
    let seen: f32 = 0;
    for (let i = 0; i < count; i++) seen += load<f32>(at(shares, h * n + load<i32>(at(photos, i))));
    const scale: f32 = <f32>1 / max(seen, <f32>1);
    for (let i = 0; i < count; i++) {
      const place = h * n + load<i32>(at(photos, i)), z = at(Z, (i * heads + h) * per);
      const share: f32 = scale * load<f32>(at(shares, place)), label = load<i32>(at(labels, place));
      if (per == 1) sigmoidError(z, label, share);
      else softmaxError(z, per, label, share);
    }
  }
}

/** Adam's step for four weights of one column, given their gradients. */
@inline function adam(W: usize, M: usize, V: usize, place: usize, g: v128, rate: v128): void {
  let m = v128.load(M + place), v = v128.load(V + place);
  m = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), f32x4.splat(REST_1)));
  v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), f32x4.splat(REST_2)));
  v128.store(M + place, m);
  v128.store(V + place, v);
  const step = f32x4.div(f32x4.mul(rate, m), f32x4.add(f32x4.sqrt(v), f32x4.splat(EPSILON)));
  v128.store(W + place, f32x4.sub(v128.load(W + place), step));
}

function updateKernels(X: usize, d: i32, columns: i32, W: usize, M: usize, V: usize, photos: usize, count: i32,
  Z: usize, rate: v128): void {
  const row = (<usize>d) << 2;
  for (let c = 0; c < columns; c += 4) {
    const first = (<usize>c) * row;
    for (let k: usize = 0; k < row; k += 16) {
      let g0 = f32x4.splat(0), g1 = f32x4.splat(0), g2 = f32x4.splat(0), g3 = f32x4.splat(0);
      for (let i = 0; i < count; i++) {
        const xs = v128.load(X + (<usize>load<i32>(at(photos, i))) * row + k), e = at(Z, i * columns + c);
        g0 = f32x4.add(g0, f32x4.mul(xs, v128.load32_splat(e)));
        g1 = f32x4.add(g1, f32x4.mul(xs, v128.load32_splat(e + 4)));
        g2 = f32x4.add(g2, f32x4.mul(xs, v128.load32_splat(e + 8)));
        g3 = f32x4.add(g3, f32x4.mul(xs, v128.load32_splat(e + 12)));
      }
      adam(W, M, V, first + k, g0, rate);
      adam(W, M, V, first + row + k, g1, rate);
      adam(W, M, V, first + 2 * row + k, g2, rate);
      adam(W, M, V, first + 3 * row + k, g3, rate);
    }
  }
}

function updateBiases(columns: i32, b: usize, count: i32, Z: usize, rate: f32): void {
  const M = at(b, columns), V = at(M, columns);
  for (let c = 0; c < columns; c++) {
    let g: f32 = 0;
    for (let i = 0; i < count; i++) g += load<f32>(at(Z, i * columns + c));
    const m: f32 = load<f32>(at(M, c)) + (g - load<f32>(at(M, c))) * REST_1;
    const v: f32 = load<f32>(at(V, c)) + (g * g - load<f32>(at(V, c))) * REST_2;
    store<f32>(at(M, c), m);
    store<f32>(at(V, c), v);
    store<f32>(at(b, c), load<f32>(at(b, c)) - (rate * m) / (Mathf.sqrt(v) + EPSILON));
  }
}

/**
 * Train one block of heads.
 * X (n, d); W, M, V (heads * per, d), weights and both moments; b three times (heads * per), likewise;
 * labels, shares (heads, n); order: the photos of all steps, one after the other; sizes: how many each step has;
 * Z (largest step, heads * per), for own use; all: 0 … n - 1; out (n, heads * per): the logits of all photos.
 */
export function train(X: usize, n: i32, d: i32, heads: i32, per: i32, W: usize, M: usize, V: usize, b: usize,
  labels: usize, shares: usize, order: usize, sizes: usize, steps: i32, learningRate: f32, Z: usize, all: usize,
  out: usize): void {
  const columns = heads * per, bytes = (<usize>(columns * d)) << 2;
  memory.fill(M, 0, bytes);
  memory.fill(V, 0, bytes);
  memory.fill(b, 0, (<usize>columns) * 12);
  let power1: f64 = 1, power2: f64 = 1, photos = order;
  for (let s = 0; s < steps; s++) {
    const count = load<i32>(at(sizes, s));
    logits(X, W, b, photos, count, d, columns, Z);
    errors(n, heads, per, labels, shares, photos, count, Z);
    power1 *= BETA_1;
    power2 *= BETA_2;
    // Keras' Adam corrects the bias of both moments by this factor of the learning rate.
    const rate: f32 = learningRate * <f32>(Math.sqrt(1 - power2) / (1 - power1));
    updateKernels(X, d, columns, W, M, V, photos, count, Z, f32x4.splat(rate));
    updateBiases(columns, b, count, Z, rate);
    photos = at(photos, count);
  }
  logits(X, W, b, all, n, d, columns, out);
}
