// What a colour profile is called, as far as canvases know its colours.

const SPACES = { 'Display P3': 'display-p3', sRGB: 'srgb' };

/**
 * @param {Uint8Array} bytes - of a profile, or of what it stands in
 * @returns {'display-p3'|'srgb'|null} null if there is no name that is known
 */
export function colourSpaceOf(bytes) {
  const [, space] = Object.entries(SPACES).find(([name]) => has(bytes, name)) ?? [];
  return /** @type {any} */ (space ?? null);
}

/** Whether bytes have a text in them, of one byte a letter or of two, as newer profiles write it. */
function has(bytes, text) {
  const codes = [...text].map(letter => letter.charCodeAt(0));
  const fits = (at, step) => codes.every((code, i) => bytes[at + step * i] === code);
  for (let at = bytes.indexOf(codes[0]); at >= 0; at = bytes.indexOf(codes[0], at + 1))
    if (fits(at, 1) || fits(at, 2)) return true;
  return false;
}
