// What the tests share: the golden files that Python wrote, and the built wasm modules.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'given', 'golden');
if (!existsSync(folder)) throw new Error('no golden files: python web/test/golden/write.py writes them');

export const golden = name => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
export const goldenBytes = name => new Uint8Array(readFileSync(join(folder, name)));
export const source = join(root, 'src');
const shared = (...names) => readFileSync(join(root, '..', 'catsex', ...names), 'utf8');
const { verdict, card, methods } = JSON.parse(shared('sentences.en.json'));

/** What Python says too, in English. */
export const pythons = { ...verdict, ...card };
const words = code => JSON.parse(readFileSync(join(source, 'words', `${code}.json`), 'utf8'));

/** What the page says in a language, Python's sentences among it. */
export const sentencesIn = code => ({ ...pythons, ...words('en'), ...words(code) });
export const paper = { texts: methods, bibliography: shared('evaluation', 'references.bib') };
const site = join(root, '..', 'catsex', 'page', 'site');
export const wasm = async name => {
  const file = readdirSync(site).find(other => other.startsWith(`${name}-`) && other.endsWith('.wasm'));
  return (await WebAssembly.instantiate(readFileSync(join(site, file)))).instance;
};

/** Return the largest difference of two lists of numbers, nested alike. */
export function largestDifference(a, b) {
  if (typeof b === 'number') return Math.abs(a - b);
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, largestDifference(a[i], b[i]));
  return largest;
}
