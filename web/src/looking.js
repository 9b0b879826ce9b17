// @ts-check
// Files to photos of the project, by the workers that look.
import { WorkerError } from './pool.js';

/**
 * Look at files and add those that are photos to a kind, in the order given, so that a second run gives the numbers
 * of the first.
 * @param {any} parts - project, lookers (a Pool), store, language, nameOf (of a kind), messages
 * @param {File[]} files
 * @param {any} kind
 * @param {any} own - what is known of each photo already, by its file: group, name
 * @param {(state: {done: number, count: number}) => void} progress
 * @returns {Promise<{trouble: string[], failed: string[]}>} a sentence on each of the others: what is wrong with it, or
 *   what went wrong with the network
 */
export async function addFiles(parts, files, kind, progress, own = new Map()) {
  const { project, lookers, store, language, nameOf, messages } = parts;
  const trouble = [];
  const failed = new Set(); // once, not for each photo
  let done = 0;
  const looked = files.map(file =>
    lookers
      .run({ blob: file })
      .catch(error => error)
      .finally(() => {
        progress({ done: ++done, count: files.length });
      }),
  );
  for (const [i, file] of files.entries()) {
    const result = await looked[i];
    looked[i] = null; // so that what was looked at can be freed
    if (result instanceof Error) {
      const sentence = explain(result, file.name, language);
      if (isAboutFile(result)) trouble.push(sentence);
      else failed.add(sentence);
      continue;
    }
    const photo = { ...result, name: file.name, blob: file, at: Date.now(), ...own.get(file) };
    delete photo.maps;
    const same = project.add(photo, kind);
    if (same) {
      const box = nameOf(project.kind(same.kind));
      trouble.push(language.say('trouble.known', { name: file.name, kind: box, other: same.name }));
    } else if (!(await store.putPhoto(photo)) && store.persistent) messages.show('support.quota');
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
