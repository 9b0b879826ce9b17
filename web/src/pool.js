// A few workers of one kind, each with one job at a time.

/** What a worker could not do; `kind` says why where it is a photo's fault. */
export class WorkerError extends Error {
  constructor({ kind, message }) {
    super(message ?? kind);
    this.kind = kind;
  }
}

/** How many workers: as many as processors, at most four, since each holds a network of its own. */
export const WORKERS = Math.max(1, Math.min(4, globalThis.navigator?.hardwareConcurrency ?? 2));

export class Pool {
  /**
   * @param {string} address - of the workers' script
   * @param {number} size
   */
  constructor(address, size = WORKERS) {
    Object.assign(this, { queue: [], waiting: new Map(), next: 1 });
    this.workers = Array.from({ length: size }, () => this.start(address));
    this.idle = [...this.workers];
  }

  start(address) {
    const worker = new Worker(address);
    worker.onmessage = ({ data }) => this.finish(worker, data);
    worker.onerror = event => {
      for (const [id, { own }] of this.waiting) {
        if (own === worker) this.finish(worker, { id, error: { message: event.message ?? address } });
      }
    };
    return worker;
  }

  finish(worker, { id, result, error }) {
    const job = this.waiting.get(id);
    this.waiting.delete(id);
    this.idle.push(worker);
    if (error) job.reject(new WorkerError(error));
    else job.resolve(result);
    this.go();
  }

  go() {
    while (this.idle.length && this.queue.length) {
      const job = this.queue.shift();
      if (job.signal?.aborted) {
        job.reject(job.signal.reason);
        continue;
      }
      const wanted = job.worker ?? this.idle[0];
      if (!this.idle.includes(wanted)) {
        // a message for one worker waits for that one, and the others with it
        this.queue.unshift(job);
        return;
      }
      this.idle.splice(this.idle.indexOf(wanted), 1);
      const id = this.next++;
      this.waiting.set(id, { ...job, own: wanted });
      wanted.postMessage({ ...job.message, id });
    }
  }

  /** Have any one worker do a job; an aborted signal drops it if it has not begun. */
  run(message, signal, worker) {
    return new Promise((resolve, reject) => {
      this.queue.push({ message, signal, worker, resolve, reject });
      this.go();
    });
  }

  /** Have every worker do a job. */
  everyone(message, signal) {
    return Promise.all(this.workers.map(worker => this.run(message, signal, worker)));
  }
}

/** The workers that train heads: the features go to each of them once. */
export class Learners {
  constructor(pool) {
    this.pool = pool;
  }

  /** Give all workers features, (n, d). */
  async use(features, n, d, signal) {
    await this.pool.everyone({ task: 'use', features, n, d }, signal);
  }

  alike({ files, labels, taken }) {
    return this.pool.run({ task: 'alike', files, labels, taken });
  }

  test({ labels, groups, alike, classes, permutations, seed }, signal) {
    return this.pool.run({ task: 'test', labels, groups, alike, classes, permutations, seed }, signal);
  }

  heldOut({ labels, groups, classes, folds, repeats, seed, stream }, signal) {
    return this.pool.run({ task: 'heldOut', labels, groups, classes, folds, repeats, seed, stream }, signal);
  }

  curve({ labels, groups, classes, folds, repeats, seed, stream }, signal) {
    return this.pool.run({ task: 'curve', labels, groups, classes, folds, repeats, seed, stream }, signal);
  }

  shortcuts({ trivial, labels, groups, alike, classes, folds, seed, stream }) {
    return this.pool.run({ task: 'shortcuts', trivial, labels, groups, alike, classes, folds, seed, stream });
  }

  familiar({ groups }) {
    return this.pool.run({ task: 'familiar', groups });
  }

  head(job) {
    return this.pool.run({ task: 'head', ...job });
  }
}
