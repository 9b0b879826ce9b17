// Builds the page into catsex/page/site, which wheels carry: two wasm modules, the workers, the page itself, and the
// list of files to keep offline. All but index.html and the service worker have a checksum of their content in their
// names, so that browsers keep them for ever, and are compressed beside.
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
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, '..', 'catsex', 'page', 'site');
const dist = mkdtempSync(join(here, 'dist-')); // becomes the site when it is whole
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
const packageFolder = name => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

// LiteRT's runtime twice: for engines with relaxed SIMD, and for those without it, such as every Safari's.
const RUNTIMES = { relaxed: 'litert_wasm_internal', plain: 'litert_wasm_compat_internal' };
const runtimeFiles = name => [`${name}.js`, `${name}.wasm`];
const CHECKSUM = /-[0-9A-Z]{8}(?=\.\w+$)/; // as esbuild writes it
const LEVEL = 9; // of brotli, for which a runtime takes 3 s; 11 takes 20 s, for a file that is smaller by an eighth

/** Write a file of the site, with a checksum in its name. */
function write(name, content) {
  const checksum = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  writeFileSync(join(dist, name.replace(/(?=\.\w+$)/, `-${checksum}`)), content);
}

/** What files are called, by their names without the checksum. */
const named = () => Object.fromEntries(readdirSync(dist).map(name => [name.replace(CHECKSUM, ''), name]));

function compress(name) {
  const content = readFileSync(join(dist, name));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: LEVEL,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  };
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(content, { params }));
}

/** Build scripts with what all of them share. */
const bundle = options =>
  build({
    absWorkingDir: here,
    outdir: dist,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
    ...options,
  });

for (const name of ['heads', 'resize']) {
  const compiled = join(dist, `${name}.wasm`);
  execFileSync(
    process.execPath,
    [
      join(packageFolder('assemblyscript'), 'bin', 'asc.js'),
      join(here, 'src', 'wasm', `${name}.ts`),
      '-o',
      compiled,
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
  write(`${name}.wasm`, readFileSync(compiled));
  rmSync(compiled);
}
for (const name of Object.values(RUNTIMES).flatMap(runtimeFiles)) {
  write(name, readFileSync(join(packageFolder('@litertjs/core'), 'wasm', name)));
}
const tiff = await bundle({
  stdin: { contents: "export { decode, decodeImage, toRGBA8 } from 'utif2';", resolveDir: here },
  format: 'iife',
  globalName: 'UTIF',
  write: false,
});
write('tiff.js', tiff.outputFiles[0].contents);
// What opens Apple's photos, as it was published, with its licence; like what opens TIFF, not kept offline, since few
// need it.
const heic = join(packageFolder('libheif-js'), 'libheif-wasm');
write('heic.js', readFileSync(join(heic, 'libheif-bundle.js')));
copyFileSync(join(heic, 'LICENSE'), join(dist, 'heic-licence.txt'));
copyFileSync(join(packageFolder('utif2'), 'LICENSE'), join(dist, 'tiff-licence.txt'));
write('page.css', readFileSync(join(here, 'page.css')));
await bundle({
  // LiteRT.js loads its wasm by importScripts, which only classic workers have
  entryPoints: { look: 'src/look_worker.js', evaluate: 'src/evaluation_worker.js' },
  format: 'iife',
  define: { 'import.meta.url': 'self.location.href', NAMED: JSON.stringify(named()) },
});
await bundle({
  entryPoints: { page: 'src/main.js' },
  format: 'esm',
  splitting: true, // what few visits need is loaded when it is wanted: languages, zips
  loader: { '.bib': 'text' },
  define: { NAMED: JSON.stringify(named()) },
});
const names = named();
const index = readFileSync(join(here, 'index.html'), 'utf8').replace(/page\.(css|js)/g, name => names[name]);
writeFileSync(join(dist, 'index.html'), index);

const digest = createHash('sha256');
for (const name of readdirSync(dist).sort()) digest.update(name).update(readFileSync(join(dist, name)));
digest.update(readFileSync(join(here, 'src', 'service_worker.js')));
const runtimes = Object.entries(RUNTIMES).map(([kind, name]) => [kind, runtimeFiles(name).map(file => names[file])]);
const seldom = [...runtimes.flatMap(([, files]) => files), names['tiff.js'], names['heic.js']];
const byContent = readdirSync(dist).filter(name => CHECKSUM.test(name));
await bundle({
  entryPoints: { service_worker: 'src/service_worker.js' },
  entryNames: '[name]',
  format: 'iife',
  define: {
    VERSION: JSON.stringify(digest.digest('hex').slice(0, 12)),
    FILES: JSON.stringify(byContent.filter(name => !seldom.includes(name)).sort()),
    RUNTIMES: JSON.stringify(Object.fromEntries(runtimes)),
  },
});
for (const name of byContent) compress(name);
rmSync(site, { recursive: true, force: true });
renameSync(dist, site);
chmodSync(site, 0o755); // a temporary folder is its maker's alone
