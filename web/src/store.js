// What is kept for next time, in the browser's own database: photos by the SHA-256 of their file.

const NAME = 'catsex';
const VERSION = 1;
const PHOTOS = 'photos';
const STATE = 'state';

const finished = request =>
  new Promise((resolve, reject) => {
    request.onsuccess = request.oncomplete = () => resolve(request.result);
    request.onerror = request.onabort = () => reject(request.error ?? new DOMException('aborted', 'AbortError'));
  });

export class Store {
  /** Open the database; without one, as in some private windows, nothing is kept: `persistent` is false. */
  static async open() {
    const store = new Store();
    try {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(PHOTOS, { keyPath: 'sha256' });
        request.result.createObjectStore(STATE);
      };
      store.database = await finished(request);
    } catch {
      store.database = null;
    }
    return store;
  }

  get persistent() {
    return this.database !== null;
  }

  async write(name, change) {
    if (!this.persistent) return;
    const transaction = this.database.transaction(name, 'readwrite');
    change(transaction.objectStore(name));
    await finished(transaction);
  }

  /** Keep a photo; if there is no room for its file, without it. @returns {Promise<boolean>} whether all was kept */
  async putPhoto(photo) {
    const { sha256, name, blob, thumbnail, features, trivial, taken, width, height, at } = photo;
    const kept = { sha256, name, thumbnail, features, trivial, taken, width, height, at };
    try {
      await this.write(PHOTOS, store => store.put({ ...kept, blob }));
      return true;
    } catch {
      await this.write(PHOTOS, store => store.put(kept)).catch(() => {});
      return false;
    }
  }

  putState(state) {
    return this.write(STATE, store => store.put(state, STATE)).catch(() => {});
  }

  /** @returns {Promise<{photos: object[], state: object|undefined}>} */
  async load() {
    if (!this.persistent) return { photos: [], state: undefined };
    const transaction = this.database.transaction([PHOTOS, STATE]);
    const [photos, state] = await Promise.all([
      finished(transaction.objectStore(PHOTOS).getAll()),
      finished(transaction.objectStore(STATE).get(STATE)),
    ]);
    return { photos, state };
  }

  /** Forget everything. */
  async forget() {
    await this.write(PHOTOS, store => store.clear());
    await this.write(STATE, store => store.clear());
  }
}
