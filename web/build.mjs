// Builds the page into catsex/page/site, which wheels carry: two wasm modules, the workers, the page itself, and the
// list of files to keep offline.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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
// LiteRT's runtime twice: for engines with relaxed SIMD, and for those without it, such as every Safari's.
const RUNTIMES = { relaxed: 'litert_wasm_internal', plain: 'litert_wasm_compat_internal' };
const runtimeFiles = name => [`${name}.js`, `${name}.wasm`];

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
  splitting: true, // what few visits need is loaded when it is wanted: languages, zips
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'warning',
  loader: { '.bib': 'text' },
});
await build({
  // LiteRT.js loads its wasm by importScripts, which only classic workers have
  entryPoints: { look: 'src/look_worker.js', evaluate: 'src/evaluation_worker.js' },
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
const names = readdirSync(dist);
for (const name of Object.values(RUNTIMES).flatMap(runtimeFiles)) {
  copyFileSync(join(packageFolder('@litertjs/core'), 'wasm', name), join(dist, name));
}
await build({
  stdin: { contents: "export { decode, decodeImage, toRGBA8 } from 'utif2';", resolveDir: here },
  outfile: join(dist, 'tiff.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'UTIF',
  target: 'es2022',
  logLevel: 'warning',
});
// What opens Apple's photos, as it was published, with its licence; like what opens TIFF, not kept offline, since few
// need it.
const heic = join(packageFolder('libheif-js'), 'libheif-wasm');
copyFileSync(join(heic, 'libheif-bundle.js'), join(dist, 'heic.js'));
copyFileSync(join(heic, 'LICENSE'), join(dist, 'heic-licence.txt'));
copyFileSync(join(packageFolder('utif2'), 'LICENSE'), join(dist, 'tiff-licence.txt'));
copyFileSync(join(here, 'index.html'), join(dist, 'index.html'));
copyFileSync(join(here, 'page.css'), join(dist, 'page.css'));

const digest = createHash('sha256');
for (const name of readdirSync(dist).sort()) digest.update(name).update(readFileSync(join(dist, name)));
digest.update(readFileSync(join(here, 'src', 'service_worker.js')));
await build({
  entryPoints: { service_worker: 'src/service_worker.js' },
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
  define: {
    VERSION: JSON.stringify(digest.digest('hex').slice(0, 12)),
    FILES: JSON.stringify(['./', 'page.css', ...names.sort(), ...GIVEN]),
    RUNTIMES: JSON.stringify({ relaxed: runtimeFiles(RUNTIMES.relaxed), plain: runtimeFiles(RUNTIMES.plain) }),
  },
});
rmSync(site, { recursive: true, force: true });
renameSync(dist, site);
chmodSync(site, 0o755); // a temporary folder is its maker's alone
