// Numbers of two bytes, IEEE 754's binary16, which few browsers have yet.

/** @param {Float32Array} values - of at most 65504 @returns {Uint16Array} the nearest such numbers */
export const toHalf = values =>
  Uint16Array.from(values, value => {
    const size = Math.abs(value);
    const exponent = Math.max(-14, Math.floor(Math.log2(size))); // the smallest ones share the least exponent
    return (value < 0 ? 0x8000 : 0) | ((exponent + 14) * 1024 + Math.round(size / 2 ** (exponent - 10)));
  });

/** @param {ArrayBuffer} buffer @returns {Float32Array} */
export const fromHalf = buffer =>
  Float32Array.from(new Uint16Array(buffer), bits => {
    const exponent = (bits >> 10) & 31;
    const size = exponent ? (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15) : (bits & 1023) * 2 ** -24;
    return bits & 0x8000 ? -size : size;
  });
