// What a file is by its first bytes, so that what cannot be opened can be named.

const text = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

/**
 * @param {Uint8Array} bytes - of the whole file, or its beginning
 * @returns {string} "jpeg", "png", "gif", "webp", "bmp", "avif", "heic", "tiff" or "foreign"
 */
export function formatOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  if (text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(bytes, 0, 4) === 'GIF8') return 'gif';
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'webp';
  if (text(bytes, 0, 2) === 'BM') return 'bmp';
  if (text(bytes, 0, 4) === 'II*\0' || text(bytes, 0, 4) === 'MM\0*') return 'tiff';
  if (text(bytes, 0, 4) === 'II+\0' || text(bytes, 0, 4) === 'MM\0+') return 'tiff'; // BigTIFF
  if (text(bytes, 4, 8) === 'ftyp') {
    const brand = text(bytes, 8, 12);
    if (brand.startsWith('avi')) return 'avif';
    if (/^(hei|hev|mif1|msf1)/.test(brand)) return 'heic';
  }
  return 'foreign';
}
