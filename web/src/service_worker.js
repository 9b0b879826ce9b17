// Keeps the whole page for the next time, so that it works without a network. A new version waits until it is asked
// for.
import { hasRelaxedSimd } from './support.js';

const worker = /** @type {any} */ (self);

// @ts-expect-error: given by the build; what Python puts in place of the last word is the weights' fingerprint
const KEPT = `catsex ${VERSION} NETWORK_FILE`;
// @ts-expect-error: given by the build
const NAMES = [...FILES, ...(hasRelaxedSimd() ? RUNTIMES.relaxed : RUNTIMES.plain)];

worker.addEventListener('install', event => {
  event.waitUntil(
    caches.open(KEPT).then(cache => cache.addAll(NAMES.map(name => new Request(name, { cache: 'no-cache' })))),
  );
});

worker.addEventListener('activate', event => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith('catsex ') && name !== KEPT) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener('fetch', event => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    caches
      .open(KEPT)
      .then(cache => cache.match(event.request, { ignoreSearch: true }))
      .then(hit => hit ?? fetch(event.request)),
  );
});

worker.addEventListener('message', event => {
  if (event.data === 'take over') worker.skipWaiting();
});
