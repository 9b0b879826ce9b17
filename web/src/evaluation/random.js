// Random numbers that are the same in every browser and in Python: web/test/golden/small_generator.py, draw for draw.

/**
 * A generator of numbers from 0 to 1: sfc32, from Chris Doty-Humphrey's PractRand.
 * @param {number} seed - a whole number, 0 to 2 ** 32 - 1
 * @param {number} stream - as `seed`; generators of other streams are independent
 * @returns {() => number}
 */
export function generator(seed, stream = 0) {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0x243f6a88;
  let d = 1;
  const next = () => {
    const result = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return (result >>> 0) / 4294967296;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** Return 0 … n - 1 in random order. */
export function permutation(random, n) {
  const list = new Int32Array(n);
  for (let i = 0; i < n; i++) list[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = list[i];
    list[i] = list[j];
    list[j] = kept;
  }
  return list;
}
