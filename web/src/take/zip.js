// Zip files, read and written piece by piece by zip.js, which is loaded only when there is one.

const library = () => import('@zip.js/zip.js/lib/zip-core-native.js');
const PLAIN = { level: 0, useWebWorkers: false, lastModDate: new Date(2026, 0, 1), extendedTimestamp: false };
const LARGEST = 2 ** 32; // bytes of all that is unpacked
const TIMES = 20; // as large as the zip itself, and LEAST more: photos are compressed already
const LEAST = 64 * 2 ** 20;

/** Why a zip cannot be opened: `kind` is the end of the key of a sentence, "project.…". */
export class ZipError extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/**
 * Make a zip of files, uncompressed: photos are compressed already. The same content gives the same bytes.
 * @param {{path: string, content: Blob}[]} entries
 * @param {Uint8Array} before - what stands before it in the file
 * @param {any} options - of zip.js, such as level
 * @returns {Promise<Blob>} with what stands before it
 */
export async function zip(entries, before = new Uint8Array(), options = {}) {
  const { BlobReader, ZipWriter } = await library();
  /** @type {any[]} */
  const parts = [before];
  const writable = new WritableStream({ write: chunk => void parts.push(new Blob([chunk])) });
  const writer = new ZipWriter({ writable, size: before.length }, { ...PLAIN, ...options });
  for (const { path, content } of entries) await writer.add(path, new BlobReader(content));
  await writer.close();
  return new Blob(parts, { type: 'application/zip' });
}

/**
 * Read a zip's directory.
 * @param {Blob} blob
 * @returns {Promise<{path: string, read: () => Promise<Blob>}[]>}
 * @throws {ZipError} if it is no zip, is damaged or encrypted, or becomes too large when it is unpacked
 */
export async function unzip(blob) {
  const { BlobReader, ERR_BAD_FORMAT, ERR_EOCDR_NOT_FOUND, ZipReader } = await library();
  const budget = { left: Math.min(LARGEST, TIMES * blob.size + LEAST) };
  const reader = new ZipReader(new BlobReader(blob), { useWebWorkers: false, checkSignature: true });
  const found = await reader.getEntries().catch(error => {
    throw new ZipError([ERR_BAD_FORMAT, ERR_EOCDR_NOT_FOUND].includes(error.message) ? 'foreign' : 'damaged');
  });
  return found
    .filter(entry => !entry.directory)
    .map(entry => ({ path: entry.filename, read: () => unpack(entry, budget) }));
}

async function unpack(entry, budget) {
  if (entry.encrypted) throw new ZipError('encrypted');
  const parts = [];
  const write = chunk => {
    budget.left -= chunk.length;
    if (budget.left < 0) throw new ZipError('large');
    parts.push(new Blob([chunk]));
  };
  try {
    await entry.getData(new WritableStream({ write }));
  } catch (error) {
    throw budget.left < 0 ? new ZipError('large') : new ZipError(error.kind ?? 'damaged');
  }
  return new Blob(parts);
}
