// What a photo's file says of how it was taken: camera and time, from its EXIF metadata. catsex/photos/exif.py.
import { EXIF } from '../constants.js';

const { EXIF: DIRECTORY, MAKE, MODEL, TAKEN, MOST } = EXIF;
const ASCII = 2;
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]; // bytes of one value of each type: TIFF 6.0, section 2

/**
 * @param {Uint8Array} bytes - the content of an image file; nothing is decoded
 * @returns {{camera: string, seconds: number}|null} which camera has taken it, and when, in seconds by its own clock;
 *   null where the file does not say both
 */
export function readTaken(bytes) {
  const start = startOf(bytes);
  if (start < 0) return null;
  const view = new DataView(bytes.slice(start, start + MOST).buffer);
  const little = bytes[start] === 0x49;
  if (view.byteLength < 8) return null;
  const tags = directory(view, view.getUint32(4, little), little);
  const pointer = tags.get(DIRECTORY);
  const more = pointer?.size === 4 ? directory(view, view.getUint32(pointer.at, little), little) : new Map();
  const camera = [MAKE, MODEL]
    .map(tag => text(view, tags.get(tag)))
    .filter(Boolean)
    .join(' ');
  const seconds = secondsOf(text(view, more.get(TAKEN)));
  return camera && seconds !== null ? { camera, seconds } : null;
}

/**
 * Return where TIFF's header lies, after what announces it in JPEG, HEIF and AVIF, in PNG and in WebP; -1 if nowhere.
 */
function startOf(bytes) {
  const says = (at, word) => at >= 0 && [...word].every((c, i) => bytes[at + i] === c.charCodeAt(0));
  for (let star = bytes.indexOf(0x2a); star >= 0; star = bytes.indexOf(0x2a, star + 1)) {
    const at = says(star - 2, 'II*\0') ? star - 2 : says(star - 3, 'MM\0*') ? star - 3 : -1;
    if (at === 0 || (at > 0 && (says(at - 6, 'Exif\0\0') || says(at - 4, 'eXIf') || says(at - 8, 'EXIF')))) return at;
  }
  return -1;
}

/** Return {type, at, size} of each tag of a directory, as far as it is whole. */
function directory(view, start, little) {
  const tags = new Map();
  try {
    for (let left = view.getUint16(start, little), entry = start + 2; left > 0; left--, entry += 12) {
      const tag = view.getUint16(entry, little);
      const type = view.getUint16(entry + 2, little);
      const size = view.getUint32(entry + 4, little) * (SIZES[type] ?? 0);
      const value = view.getUint32(entry + 8, little);
      const at = size > 4 ? value : entry + 8;
      if (at + size > view.byteLength) return tags;
      if (size && !tags.has(tag)) tags.set(tag, { type, at, size });
    }
  } catch {
    // cut off
  }
  return tags;
}

/** Return a tag as printable text, without blanks around it. */
function text(view, tag) {
  if (tag?.type !== ASCII) return '';
  const characters = String.fromCharCode(...new Uint8Array(view.buffer, tag.at, Math.min(tag.size, 1000)));
  return characters
    .replace(/[^\x20-\x7e\xa1-\xac\xae-\xff]/g, '')
    .trim()
    .slice(0, 200);
}

/** Return a time such as "2024:05:17 09:30:05" as seconds, or null. */
function secondsOf(time) {
  const match = /^(\d{4}):(\d\d?):( ?\d\d?)\s+(\d\d?):(\d\d?):(\d\d?)$/.exec(time.slice(0, 19));
  if (!match) return null;
  const [year, month, day, hours, minutes, seconds] = match.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists =
    year > 0 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hours < 24 &&
    minutes < 60 &&
    seconds < 62;
  return exists ? date.getTime() / 1000 + hours * 3600 + minutes * 60 + seconds : null;
}
