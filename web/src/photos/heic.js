// Apple's HEIC, where the browser cannot open it itself: by libheif, whose 2 MB are loaded when such a photo comes.
import { addressOf } from '../built.js';
import { colourSpaceOf } from './profile.js';

const PROFILE_WITHIN = 65536; // bytes from the beginning

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<ImageData>} upright
 * @throws {Error} if it cannot be decoded
 */
export async function decodeHeic(bytes) {
  const worker = /** @type {any} */ (self);
  if (!worker.libheif) worker.importScripts(addressOf('heic.js'));
  const image = quietly(new (await worker.libheif()).HeifDecoder(), bytes)[0];
  if (!image) throw new Error('no picture');
  const colorSpace = colourSpaceOf(bytes.subarray(0, PROFILE_WITHIN)) ?? 'srgb';
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
