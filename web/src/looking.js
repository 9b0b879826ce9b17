// Files to photos of the project, by the workers that look.
import { WorkerError } from './pool.js';

let running = 0; // files given that nobody has looked at yet
/** @type {Promise<any>} */
let keeping = Promise.resolve(); // until the last of them is kept

/** Wait until all files given are kept, and do not hold the reader back any more. */
export async function filesKept() {
  await keeping;
  running = Number.NEGATIVE_INFINITY;
}

/** Keep the reader from leaving while there are such files; whoever leaves all the same finds those that are kept. */
export function askBeforeLeaving() {
  addEventListener('beforeunload', event => {
    if (running > 0) event.preventDefault();
  });
}

/**
 * Look at files and add those that are photos to a kind, in the order given, so that a second run gives the numbers
 * of the first.
 * @param {any} parts - project, lookers (a Pool), store, language, nameOf (of a kind), messages
 * @param {File[]} files
 * @param {any} kind
 * @param {(arg: {done: number, count: number}) => void} progress
 * @param {Map<File, object>} own - what is known of each photo already: group
 * @returns {Promise<{trouble: string[], failed: string[]}>} a sentence on each of the others: what is wrong with it, or
 *   what went wrong with the network
 */
export function addFiles(parts, files, kind, progress, own = new Map()) {
  const items = files.map(file => {
    const about = { kind: kind.id, name: file.name, ...own.get(file) };
    const kept = keeping.then(() => keepFile(parts, file, about)); // one file after another is brought into memory
    keeping = kept;
    return { about, kept, open: () => file };
  });
  return look(parts, items, progress);
}

/** Go on with the files that were given before the page was closed, as `store.load` returns them. */
export function resume(parts, waiting, progress) {
  const items = waiting.map(({ id, ...about }) => ({
    about,
    kept: Promise.resolve(id),
    open: () => parts.store.waitingFile(id),
  }));
  return look(parts, items, progress);
}

/** Keep a file for next time, and say so once if that cannot be. @returns {Promise<number|null>} its number */
async function keepFile({ store, messages }, file, about) {
  try {
    return await store.putWaiting(file, about);
  } catch (error) {
    messages.show(error.name === 'QuotaExceededError' ? 'support.quota' : 'support.store');
    return null;
  }
}

async function look({ project, lookers, store, language, nameOf }, items, progress) {
  const trouble = [];
  const failed = new Set(); // once, not for each photo
  let done = 0;
  running += items.length;
  const looked = items.map(({ open }) =>
    lookers
      .run(async () => ({ blob: await open() }))
      .catch(error => error)
      .finally(() => {
        running -= 1;
        progress({ done: ++done, count: items.length });
      }),
  );
  for (const [i, { about, kept, open }] of items.entries()) {
    const result = await looked[i];
    looked[i] = null; // so that what was looked at can be freed
    const id = await kept;
    if (result instanceof Error) {
      const sentence = explain(result, about.name, language);
      if (isAboutFile(result)) trouble.push(sentence);
      else failed.add(sentence);
      await store.dropWaiting(id);
      continue;
    }
    const photo = { ...result, ...about, at: Date.now(), file: id, ...(id === null && { blob: open() }) };
    delete photo.maps;
    const kind = project.kind(about.kind) ?? project.kinds[0];
    const same = project.add(photo, kind);
    if (same) {
      const box = nameOf(project.kind(same.kind));
      trouble.push(language.say('trouble.known', { name: about.name, kind: box, other: same.name }));
      await store.dropWaiting(id);
    } else await store.putPhoto({ ...photo, kind: kind.id }, id).catch(() => {});
    if (project.photos.length === 1) navigator.storage?.persist?.(); // so that the browser does not tidy it away
  }
  return { trouble, failed: [...failed] };
}

const isAboutFile = error => error instanceof WorkerError && Boolean(error.kind);

/** Say what is wrong with a file. */
export function explain(error, name, language) {
  if (isAboutFile(error)) return language.say(`trouble.${error.kind}`, { name });
  return language.say('trouble.network', { reason: error.message });
}

/**
 * Put the files of a folder of folders, or of a zip, into {name of the folder: files}.
 * @param {{path: string, file: File}[]} entries
 */
export function byFolder(entries) {
  const folders = new Map();
  for (const { path, file } of entries) {
    const parts = path.split('/');
    if (parts.length < 2 || parts.some(part => part.startsWith('.') || part === '__MACOSX') || !file.size) continue;
    if (/^(thumbs\.db|desktop\.ini)$/i.test(parts.at(-1))) continue;
    const folder = parts.at(-2);
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder).push(file);
  }
  for (const files of folders.values()) files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return new Map([...folders].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}
