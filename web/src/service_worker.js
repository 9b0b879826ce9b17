// Keeps the whole page for the next time, so that it works without a network. A new version waits until it is asked
// for.
import { hasRelaxedSimd } from './support.js';

const KEPT = `catsex ${VERSION} NETWORK_FILE`; // what Python puts in place of the last word is the weights' fingerprint
const NAMES = [...FILES, ...(hasRelaxedSimd() ? RUNTIMES.relaxed : RUNTIMES.plain)];

self.addEventListener('install', event => {
  event.waitUntil(
    caches.open(KEPT).then(cache => cache.addAll(NAMES.map(name => new Request(name, { cache: 'no-cache' })))),
  );
});

self.addEventListener('activate', event => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith('catsex ') && name !== KEPT) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', event => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    caches
      .open(KEPT)
      .then(cache => cache.match(event.request, { ignoreSearch: true }))
      .then(hit => hit ?? fetch(event.request)),
  );
});

self.addEventListener('message', event => {
  if (event.data === 'take over') self.skipWaiting();
});
