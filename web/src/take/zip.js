// @ts-check
// Zip files, as parts of which the browser makes a file: the photos in it are never all in memory.

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8 = 0x0800;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of bytes, going on from an earlier one. */
export function crc32(bytes, crc = 0) {
  let c = ~crc;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}

async function crcOf(blob) {
  let crc = 0;
  for (const reader = blob.stream().getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return crc;
    crc = crc32(value, crc);
  }
}

/** Write little-endian numbers of 2 (as [value]) or 4 bytes. */
function record(...fields) {
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + (Array.isArray(field) ? 2 : 4), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of fields) {
    if (Array.isArray(field)) view.setUint16(at, field[0], true);
    else view.setUint32(at, field, true);
    at += Array.isArray(field) ? 2 : 4;
  }
  return bytes;
}

/**
 * Make a zip of files, uncompressed: photos are compressed already.
 * @param {{path: string, content: Blob}[]} entries
 * @param {number} before - bytes that will stand before it, if it is appended to something
 * @returns {Promise<Blob>}
 */
export async function zip(entries, before = 0) {
  const parts = [];
  const directory = [];
  const date = [(46 << 9) | (1 << 5) | 1]; // 2026-01-01: the same content, the same bytes
  let at = before;
  for (const { path, content } of entries) {
    const name = new TextEncoder().encode(path);
    const crc = await crcOf(content);
    const size = content.size;
    const shared = [[20], [UTF8], [0], [0], date, crc, size, size, [name.length], [0]];
    parts.push(record(LOCAL, ...shared), name, content);
    directory.push(record(CENTRAL, [20], ...shared, [0], [0], [0], 0, at), name);
    at += 30 + name.length + size;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const count = [entries.length];
  if (at + length > 0xffffffff || entries.length > 0xffff) throw new Error('more than 4 GB or 65,535 files');
  return new Blob([...parts, ...directory, record(END, [0], [0], count, count, length, at, [0])], {
    type: 'application/zip',
  });
}

/**
 * Read a zip's directory.
 * @param {Blob} blob
 * @returns {Promise<{path: string, read: () => Promise<Blob>}[]>}
 * @throws {Error} if it is no zip, or one of a kind that is not read
 */
export async function unzip(blob) {
  const tail = new DataView(await blob.slice(-65557).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error('no zip');
  const length = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (start + length > blob.size) throw new Error('damaged zip');
  const directory = new DataView(await blob.slice(start, start + length).arrayBuffer());
  const entries = [];
  for (let at = 0; at + 46 <= length; ) {
    if (directory.getUint32(at, true) !== CENTRAL) throw new Error('damaged zip');
    const [method, size, nameLength] = [
      directory.getUint16(at + 10, true),
      directory.getUint32(at + 20, true),
      directory.getUint16(at + 28, true),
    ];
    const place = directory.getUint32(at + 42, true);
    const path = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength));
    if (!path.endsWith('/')) entries.push({ path, read: () => readEntry(blob, place, size, method) });
    at += 46 + nameLength + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return entries;
}

async function readEntry(blob, place, size, method) {
  const head = new DataView(await blob.slice(place, place + 30).arrayBuffer());
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw new Error('damaged zip');
  const begin = place + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const content = blob.slice(begin, begin + size);
  if (method === 0) return content;
  if (method !== 8) throw new Error('a zip of an unusual kind');
  return new Response(content.stream().pipeThrough(new DecompressionStream('deflate-raw'))).blob();
}
