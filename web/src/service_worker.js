// Keeps the whole page for the next time, so that it works without a network. A new version waits until it is asked
// for. Since files are named by their content, it takes those that have not changed from the version before.
import { hasRelaxedSimd } from './support.js';

const worker = /** @type {any} */ (self);

const NETWORK = 'NETWORK_NAME'; // Python puts what the network's files are called in its place
// @ts-expect-error: given by the build
const KEPT = `catsex ${VERSION} ${NETWORK}`;
// @ts-expect-error: given by the build
const NAMES = [...FILES, ...(hasRelaxedSimd() ? RUNTIMES.relaxed : RUNTIMES.plain)];
const GIVEN = [`${NETWORK}.tflite`, `${NETWORK}.json`];

worker.addEventListener('install', event => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(KEPT);
      const keep = async name => {
        const before = await caches.match(name);
        await (before ? cache.put(name, before) : cache.add(name));
      };
      await Promise.all([...NAMES, ...GIVEN].map(keep));
      await cache.add(new Request('./', { cache: 'no-cache' }));
    })(),
  );
});

worker.addEventListener('activate', event => {
  event.waitUntil(
    (async () => {
      const older = (await caches.keys()).filter(name => name.startsWith('catsex ') && name !== KEPT);
      const before = older.pop();
      for (const name of older) await caches.delete(name);
      if (before) await keepDifference(before);
      await worker.clients.claim();
    })(),
  );
});

/** Of the version before, keep what it alone has: a page of it may still be open in another tab. */
async function keepDifference(name) {
  const [before, cache] = await Promise.all([caches.open(name), caches.open(KEPT)]);
  for (const request of await before.keys()) if (await cache.match(request)) await before.delete(request);
}

worker.addEventListener('fetch', event => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    (async () => {
      const { request } = event;
      const kept = await caches.match(request, { cacheName: KEPT, ignoreSearch: true });
      return kept ?? (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
    })(),
  );
});

worker.addEventListener('message', event => {
  if (event.data === 'take over') worker.skipWaiting();
});
