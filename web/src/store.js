// What is kept for next time, in the browser's own database: photos by the SHA-256 of their file, the files themselves,
// the files that nobody has looked at yet, the project's state and its last answer. Content is kept as ArrayBuffers:
// Safari's private windows refuse Blobs.

const NAME = 'catsex';
const VERSION = 2;
const PHOTOS = 'photos';
const FILES = 'files';
const WAITING = 'waiting';
const STATE = 'state';
const ALL = [PHOTOS, FILES, WAITING, STATE];

const finished = request =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.oncomplete = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onabort = () => reject(request.error ?? new DOMException('aborted', 'AbortError'));
  });

const packed = async blob => ({ buffer: await blob.arrayBuffer(), type: blob.type });
// Version 1 of the database had Blobs.
const unpacked = content => (content instanceof Blob ? content : new Blob([content.buffer], { type: content.type }));

export class Store {
  database;

  /** Open the database; without one, as in some private windows, nothing is kept: `persistent` is false. */
  static async open() {
    const store = new Store();
    try {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = ({ oldVersion }) => {
        if (oldVersion < 1) {
          request.result.createObjectStore(PHOTOS, { keyPath: 'sha256' });
          request.result.createObjectStore(STATE);
        }
        request.result.createObjectStore(FILES, { autoIncrement: true });
        request.result.createObjectStore(WAITING, { keyPath: 'id' });
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

  /** Change some object stores, all or nothing. @returns {Promise<any>} what `change` returns */
  async write(names, change) {
    if (!this.persistent) return null;
    const transaction = this.database.transaction(names, 'readwrite');
    const result = change(...names.map(name => transaction.objectStore(name)));
    await finished(transaction);
    return result;
  }

  /**
   * Keep a file that is still to be looked at.
   * @param {File} file
   * @param {any} about - kind (an id), name, and what else is known of the photo
   * @returns {Promise<number|null>} its number; null where nothing is kept
   * @throws {DOMException} if there is no room
   */
  async putWaiting(file, about) {
    if (!this.persistent) return null;
    const content = await packed(file);
    const request = await this.write([FILES, WAITING], (files, waiting) => {
      const added = files.add(content);
      added.onsuccess = () => waiting.put({ ...about, id: added.result });
      return added;
    });
    return request.result;
  }

  /** Let go of a file that turned out to be no new photo. */
  dropWaiting(id) {
    if (id === null) return null;
    return this.write([FILES, WAITING], (files, waiting) => {
      files.delete(id);
      waiting.delete(id);
    });
  }

  /** Keep what was seen in a photo; its file is kept already, or there was no room for it and `id` is null. */
  async putPhoto(photo, id) {
    if (!this.persistent) return;
    const { sha256, name, kind, group = null, features, trivial, taken, width, height, at } = photo;
    const thumbnail = await packed(photo.thumbnail);
    await this.write([PHOTOS, WAITING], (photos, waiting) => {
      photos.put({ sha256, name, kind, group, thumbnail, features, trivial, taken, width, height, at, file: id });
      if (id !== null) waiting.delete(id);
    });
  }

  /** @returns {Promise<Blob|null>} a photo's file; null if there was no room to keep it */
  async file({ blob, file }) {
    return blob ?? (await this.waitingFile(file ?? null));
  }

  /** @returns {Promise<Blob|null>} */
  async waitingFile(id) {
    if (id === null || !this.persistent) return null;
    const content = await finished(this.database.transaction(FILES).objectStore(FILES).get(id));
    return content ? unpacked(content) : null;
  }

  putState(state) {
    return this.write([STATE], store => store.put(state, STATE)).catch(() => {});
  }

  /** Keep the last answer; null forgets it. */
  putAnswer(answer) {
    return this.write([STATE], store => store.put(answer, 'answer')).catch(() => {});
  }

  /** @returns {Promise<{photos: object[], state: object|undefined, answer: object|undefined, waiting: object[]}>} */
  async load() {
    if (!this.persistent) return { photos: [], state: undefined, answer: undefined, waiting: [] };
    const transaction = this.database.transaction([PHOTOS, STATE, WAITING]);
    const [photos, state, answer, waiting] = await Promise.all([
      finished(transaction.objectStore(PHOTOS).getAll()),
      finished(transaction.objectStore(STATE).get(STATE)),
      finished(transaction.objectStore(STATE).get('answer')),
      finished(transaction.objectStore(WAITING).getAll()),
    ]);
    for (const photo of photos) photo.thumbnail = unpacked(photo.thumbnail);
    return { photos, state, answer, waiting };
  }

  /** Forget everything. */
  forget() {
    return this.write(ALL, (...stores) => {
      for (const store of stores) store.clear();
    });
  }
}
