// Apple's HEIC, where the browser cannot open it itself: by libheif, whose 2 MB are loaded when such a photo comes.

// "Display P3" in a colour profile, whose text has two bytes a letter; iPhones take photos in these colours.
const WIDE = [...'Display P3'].flatMap(letter => [0, letter.charCodeAt(0)]);
const PROFILE_WITHIN = 65536; // bytes from the beginning

/**
 * @param {Uint8Array} bytes
 * @param {string} address - beside which heic.js lies; of a classic worker
 * @returns {Promise<ImageData>} upright
 * @throws {Error} if it cannot be decoded
 */
export async function decodeHeic(bytes, address) {
  if (!self.libheif) self.importScripts(new URL('heic.js', address).href);
  const image = quietly(new (await self.libheif()).HeifDecoder(), bytes)[0];
  if (!image) throw new Error('no picture');
  const colorSpace = isWide(bytes) ? 'display-p3' : 'srgb';
  const picture = new ImageData(image.get_width(), image.get_height(), { colorSpace });
  const drawn = await new Promise(resolve => image.display(picture, resolve));
  image.free();
  if (!drawn) throw new Error('not decoded');
  return picture;
}

/** Decode without what libheif tells the console of damaged files: the page says so itself. */
function quietly(decoder, bytes) {
  const { log } = console;
  console.log = () => {};
  try {
    return decoder.decode(bytes);
  } finally {
    console.log = log;
  }
}

function isWide(bytes) {
  for (let at = bytes.indexOf(WIDE[1]); at >= 0 && at < PROFILE_WITHIN; at = bytes.indexOf(WIDE[1], at + 1)) {
    if (WIDE.every((byte, i) => bytes[at - 1 + i] === byte)) return true;
  }
  return false;
}
