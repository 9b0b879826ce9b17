// TIFF, where the browser cannot open it itself: by UTIF, which is loaded when such a file comes. Only those kinds are
// opened of which every pixel is Python's: of 8 bits, of black and white, and JPEG within TIFF, by the browser.
import { addressOf } from '../built.js';
import { LARGEST } from '../constants.js';
import { PhotoError } from './photo_error.js';
import { colourSpaceOf } from './profile.js';

const { MAX_PIXELS, MAX_SIDE } = LARGEST;
const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, YCBCR] = [0, 1, 2, 3, 6]; // TIFF 6.0, PhotometricInterpretation
const EXACT = [1, 5, 8, 32946, 32773]; // none, LZW, deflate by two numbers, PackBits
const FAX = [2, 3, 4];
const JPEG = 7;
const NOT_PREMULTIPLIED = 2;

/**
 * @param {Uint8Array} bytes - the whole file
 * @returns {Promise<ImageData>} its first picture, upright
 * @throws {Error} if it is of another kind, or damaged
 */
export async function decodeTiff(bytes) {
  const worker = /** @type {any} */ (self);
  if (!worker.UTIF) worker.importScripts(addressOf('tiff.js'));
  const whole = bytes.slice(); // so that places in the file are those in its buffer
  const page = worker.UTIF.decode(whole.buffer)[0];
  const { width, height, compression } = describe(page, bytes.length);
  let pixels;
  if (compression === JPEG) pixels = await drawnByBrowser(page, whole, width, height);
  else {
    worker.UTIF.decodeImage(whole.buffer, page);
    pixels = worker.UTIF.toRGBA8(page);
  }
  const colorSpace = page.t34675 ? colourSpaceOf(Uint8Array.from(page.t34675)) : 'srgb';
  if (!colorSpace) throw new Error('a profile of unknown colours');
  const turned = turn(
    new Uint32Array(pixels.buffer, pixels.byteOffset, width * height),
    width,
    height,
    tag(page, 274, 1),
  );
  return new ImageData(
    new Uint8ClampedArray(turned.pixels.buffer, turned.pixels.byteOffset, 4 * width * height),
    turned.width,
    turned.height,
    { colorSpace },
  );
}

const tag = (page, number, otherwise) => page[`t${number}`]?.[0] ?? otherwise;

/** Return a picture's size and compression; throw if it is not of a kind that is opened. */
function describe(page, length) {
  const [width, height] = [tag(page, 256, 0), tag(page, 257, 0)];
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) throw new PhotoError('large');
  const bits = [...(page.t258 ?? [1])];
  const meaning = tag(page, 262, -1);
  const compression = tag(page, 259, 1);
  const eight = bits.every(number => number === 8);
  const grey = [WHITE_IS_ZERO, BLACK_IS_ZERO].includes(meaning) && bits.length === 1;
  const colour = eight && meaning === RGB && bits.length === 3;
  const transparent = eight && meaning === RGB && bits.length === 4 && tag(page, 338, 0) === NOT_PREMULTIPLIED;
  const palette = eight && meaning === PALETTE && bits.length === 1;
  const plain = (grey && (eight || bits[0] === 1)) || colour || transparent || palette;
  const opened =
    (EXACT.includes(compression) && plain) ||
    (FAX.includes(compression) && grey && bits[0] === 1) ||
    (compression === JPEG && eight && ((meaning === BLACK_IS_ZERO && grey) || colour || meaning === YCBCR));
  const whole = tag(page, 284, 1) === 1 || bits.length === 1; // colours beside each other
  const numbers = tag(page, 339, 1) === 1; // not signed, not fractions
  if (!width || !height || !opened || !whole || !numbers || tag(page, 254, 0) & 1)
    throw new Error('another kind of TIFF');
  for (const { at, size } of pieces(page, width, height)) if (at + size > length) throw new PhotoError('damaged');
  return { width, height, compression };
}

/** Where a picture's strips or tiles lie in the file, and where they belong in the picture. */
function pieces(page, width, height) {
  const tiled = Boolean(page.t324);
  const [wide, high] = tiled ? [tag(page, 322), tag(page, 323)] : [width, tag(page, 278, height)];
  const across = Math.ceil(width / wide);
  const sizes = page[tiled ? 't325' : 't279'];
  return Array.from(page[tiled ? 't324' : 't273'], (at, i) => ({
    ...{ at, size: sizes[i] },
    ...{ x: (i % across) * wide, y: Math.floor(i / across) * high },
  }));
}

/** Have the browser decode the JPEGs that strips or tiles are. */
async function drawnByBrowser(page, bytes, width, height) {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  // Which of the two the colours are is said by TIFF, and to a JPEG's decoder in the words of Adobe.
  const adobe = [0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, tag(page, 262) === YCBCR ? 1 : 0];
  const tables = page.t347 ? [...page.t347].slice(2, -2) : []; // between the marks of beginning and end
  const start = Uint8Array.from([0xff, 0xd8, ...(page.t258.length === 3 ? adobe : []), ...tables]);
  for (const { at, size, x, y } of pieces(page, width, height)) {
    const isJfif = bytes[at + 2] === 0xff && bytes[at + 3] === 0xe0; // which would say that they are the other ones
    const from = isJfif ? at + 4 + bytes[at + 4] * 256 + bytes[at + 5] : at + 2;
    const piece = await createImageBitmap(new Blob([start, bytes.subarray(from, at + size)], { type: 'image/jpeg' }));
    context.drawImage(piece, x, y);
    piece.close();
  }
  return context.getImageData(0, 0, width, height).data;
}

/** Turn a picture the way that an orientation of EXIF says: from where in it each pixel of the new one comes. */
function turn(pixels, width, height, orientation) {
  if (orientation === 1) return { pixels, width, height };
  const [right, below] = [width - 1, height - 1];
  /** @type {((x: number, y: number) => [number, number])[]} */
  const sources = [
    (x, y) => [x, y],
    (x, y) => [right - x, y],
    (x, y) => [right - x, below - y],
    (x, y) => [x, below - y],
    (x, y) => [y, x],
    (x, y) => [y, below - x],
    (x, y) => [right - y, below - x],
    (x, y) => [right - y, x],
  ];
  const source = sources[orientation - 1] ?? sources[0];
  const [wide, high] = orientation > 4 && orientation < 9 ? [height, width] : [width, height];
  const turned = new Uint32Array(pixels.length);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const [fromX, fromY] = source(x, y);
      turned[y * wide + x] = pixels[fromY * width + fromX];
    }
  }
  return { pixels: turned, width: wide, height: high };
}
