// What this browser can do.

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0]; // one function, () -> ()

/** Whether a module whose one function has these instructions is valid here. */
function runs(...code) {
  if (typeof WebAssembly !== 'object') return false;
  const body = [0, ...code, 11];
  return WebAssembly.validate(Uint8Array.from([...HEADER, 10, body.length + 2, 1, body.length, ...body]));
}

/** Whether it runs wasm with SIMD: the smallest module that uses it, `i32.const 0; i8x16.splat; drop`. */
export const hasSimd = () => runs(65, 0, 253, 15, 26);

/** Whether it runs relaxed SIMD too, which LiteRT asks for: two vectors, `i8x16.relaxed_swizzle; drop`. */
export const hasRelaxedSimd = () => runs(65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 26);

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
