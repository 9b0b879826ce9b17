// A photo's bytes to upright pixels, by the browser's own decoders: catsex/photos/decoding/images.py.
import { LARGEST } from '../constants.js';
import { formatOf } from './formats.js';
import { decodeHeic } from './heic.js';
import { PhotoError } from './photo_error.js';
import { decodeTiff } from './tiff.js';

/** @type {ImageBitmapOptions} */
const COLOURS = { colorSpaceConversion: 'default', premultiplyAlpha: 'none' }; // profiles to sRGB
const OTHERS = { heic: decodeHeic, tiff: decodeTiff }; // where the browser does not open them
const { MAX_BYTES, MAX_PIXELS, MAX_SIDE } = LARGEST;

/**
 * @param {Uint8Array} bytes - the whole file
 * @returns {Promise<ImageBitmap>} upright; of an animation, the first frame
 * @throws {PhotoError} if it is not such a file, is damaged or is too large
 */
export async function decode(bytes) {
  if (!bytes.length) throw new PhotoError('empty');
  if (bytes.length > MAX_BYTES) throw new PhotoError('large');
  const format = formatOf(bytes);
  if (format === 'foreign') throw new PhotoError('foreign');
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([/** @type {any} */ (bytes)], { type: `image/${format}` }), {
      imageOrientation: 'from-image',
      ...COLOURS,
    });
  } catch {
    const decodeOther = OTHERS[format];
    if (!decodeOther) throw new PhotoError('damaged');
    bitmap = await decodeOther(bytes)
      .then(picture => createImageBitmap(picture, COLOURS))
      .catch(error => {
        throw error instanceof PhotoError ? error : new PhotoError(format);
      });
  }
  if (bitmap.width * bitmap.height > MAX_PIXELS || Math.max(bitmap.width, bitmap.height) > MAX_SIDE) {
    bitmap.close();
    throw new PhotoError('large');
  }
  return bitmap;
}

/**
 * Return a function that reads rows of a bitmap as RGBA bytes, from a canvas of a few rows: a photo of 12 megapixels
 * is never held as bytes as a whole.
 * @returns {(first: number, count: number) => Uint8ClampedArray} of the first row and how many
 */
export function rowReader(bitmap, rows) {
  const canvas = new OffscreenCanvas(bitmap.width, Math.min(rows, bitmap.height));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (first, count) => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, first, bitmap.width, count, 0, 0, bitmap.width, count);
    return context.getImageData(0, 0, bitmap.width, count).data;
  };
}

/** Return a small JPEG of a bitmap, for the page to show. */
export function thumbnail(bitmap, side = 160) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'medium';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}
