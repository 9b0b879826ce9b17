// Builds the page into catsex/page/site, which wheels carry: two wasm modules, the workers, the page itself, and the
// list of files to keep offline.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, '..', 'catsex', 'page', 'site');
const dist = mkdtempSync(join(here, 'dist-')); // becomes the site when it is whole
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
const packageFolder = name => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

// What Python gives and the page fetches: catsex/page/network_file.py makes them.
const GIVEN = ['mobilenetv2.tflite', 'mobilenetv2.json'];
const LITERT = ['litert_wasm_internal.js', 'litert_wasm_internal.wasm'];

for (const name of ['heads', 'resize']) {
  execFileSync(
    process.execPath,
    [
      join(packageFolder('assemblyscript'), 'bin', 'asc.js'),
      join(here, 'src', 'wasm', `${name}.ts`),
      '-o',
      join(dist, `${name}.wasm`),
      '-O3',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--noAssert',
      '--use',
      'abort=',
    ],
    { stdio: 'inherit' },
  );
}
await build({
  entryPoints: { page: 'src/main.js' },
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true, // a language is fetched when it is wanted
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'warning',
  loader: { '.bib': 'text' },
});
await build({
  // LiteRT.js loads its wasm by importScripts, which only classic workers have
  entryPoints: { look: 'src/look_worker.js', learn: 'src/learn_worker.js' },
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'warning',
  define: { 'import.meta.url': 'self.location.href' },
});
for (const name of LITERT) copyFileSync(join(packageFolder('@litertjs/core'), 'wasm', name), join(dist, name));
for (const name of ['index.html', 'page.css']) copyFileSync(join(here, name), join(dist, name));

const names = readdirSync(dist).sort();
const digest = createHash('sha256');
for (const name of names) digest.update(name).update(readFileSync(join(dist, name)));
const worker = readFileSync(join(here, 'src', 'service_worker.js'), 'utf8');
const keep = ['./', ...names.filter(name => name !== 'index.html'), ...GIVEN];
writeFileSync(
  join(dist, 'service_worker.js'),
  worker
    .replace('VERSION', digest.update(worker).digest('hex').slice(0, 12))
    .replace("['FILES']", JSON.stringify(keep)),
);
rmSync(site, { recursive: true, force: true });
renameSync(dist, site);
chmodSync(site, 0o755); // a temporary folder is its maker's alone
