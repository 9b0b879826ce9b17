// @ts-check
// What this browser can do.

/** Whether it runs wasm with SIMD: the smallest module that uses it, `i32.const 0; i8x16.splat; drop`. */
export function hasSimd() {
  return (
    typeof WebAssembly === 'object' &&
    WebAssembly.validate(
      Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11),
    )
  );
}

/** Keep the page for the next time, and say when a newer one is there. */
export async function keepOffline(notices, language, button) {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  const registration = await navigator.serviceWorker.register('service_worker.js');
  const offer = worker => {
    const load = () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      worker.postMessage('take over');
    };
    notices.show('support.update', {}, button(language.say('support.reload'), load));
  };
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker.addEventListener('statechange', () => {
      if (worker.state !== 'installed') return;
      if (navigator.serviceWorker.controller) offer(worker);
      else notices.show('support.offline');
    });
  });
}
