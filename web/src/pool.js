// A few workers of one kind, each with one job at a time.

/** What a worker could not do; `kind` says why where it is a photo's fault. */
export class WorkerError extends Error {
  kind;

  constructor({ message, ...more }) {
    super(message ?? more.kind);
    Object.assign(this, more);
  }
}

/** How many workers: as many as processors, at most four, since each holds a network of its own. */
export const WORKERS = Math.max(1, Math.min(4, globalThis.navigator?.hardwareConcurrency ?? 2));
const PATIENCE = 120; // seconds without a word from a worker that has a job: it has died, as where memory is short
const ATTEMPTS = 2; // workers that a job is given to, one after the other

export class Pool {
  address;
  next;
  busy;
  patience;
  name;

  /**
   * @param {string} address - of the workers' script
   * @param {{size?: number, patience?: number, name?: string}} options - patience in seconds; what workers are called
   */
  constructor(address, { size = WORKERS, patience = PATIENCE, name = '' } = {}) {
    Object.assign(this, { address, patience, name, queue: [], busy: new Map(), next: 1 });
    this.idle = Array.from({ length: size }, () => this.start());
  }

  start() {
    const worker = new Worker(this.address, { name: this.name });
    worker.onmessage = ({ data }) => this.hear(worker, data);
    worker.onerror = event => this.lose(worker, event.message ?? this.address);
    return worker;
  }

  /**
   * Have a worker do a job. Aborted, it ends at once, and its worker with it.
   * @param {object|(() => Promise<object>)} message - or what makes one when the job's turn has come
   * @param {{signal?: AbortSignal, progress?: (arg: any) => void}} options
   * @throws {WorkerError} if it could not be done
   */
  run(message, { signal, progress = () => {} } = {}) {
    return new Promise((resolve, reject) => {
      const job = { message, progress, resolve, reject, id: this.next++, attempts: 0 };
      signal?.addEventListener('abort', () => this.abort(job, signal.reason), { once: true });
      this.queue.push(job);
      this.go();
    });
  }

  abort(job, reason) {
    this.queue = this.queue.filter(other => other !== job);
    const [worker] = [...this.busy].find(([, other]) => other === job) ?? [];
    if (worker) this.replace(worker);
    job.reject(reason);
    this.go();
  }

  async go() {
    if (!this.idle.length || !this.queue.length) return;
    const worker = this.idle.shift();
    const job = this.queue.shift();
    this.busy.set(worker, job);
    job.attempts += 1;
    this.listen(worker, job);
    this.go();
    try {
      const message = typeof job.message === 'function' ? await job.message() : job.message;
      if (this.busy.get(worker) === job) worker.postMessage({ ...message, id: job.id });
    } catch (error) {
      this.hear(worker, { id: job.id, error: { message: error.message } });
    }
  }

  /** Take a worker for dead that says nothing for too long. */
  listen(worker, job) {
    clearTimeout(job.timer);
    job.timer = setTimeout(() => this.lose(worker, 'a worker has died'), this.patience * 1000);
  }

  /** @param {any} worker @param {any} said */
  hear(worker, said) {
    const { id, result, error, progress } = said;
    const job = this.busy.get(worker);
    if (job?.id !== id) return;
    if (progress !== undefined) {
      this.listen(worker, job);
      job.progress(progress);
      return;
    }
    clearTimeout(job.timer);
    this.busy.delete(worker);
    this.idle.push(worker);
    if (error) job.reject(new WorkerError(error));
    else job.resolve(result);
    this.go();
  }

  /** Replace a worker that has died, and give its job to another one, but not for ever. */
  lose(worker, message) {
    const job = this.busy.get(worker);
    if (!job && !this.idle.includes(worker)) return;
    this.replace(worker);
    if (job && job.attempts < ATTEMPTS) this.queue.unshift(job);
    else job?.reject(new WorkerError({ message }));
    this.go();
  }

  replace(worker) {
    clearTimeout(this.busy.get(worker)?.timer);
    worker.terminate();
    this.busy.delete(worker);
    this.idle = [...this.idle.filter(other => other !== worker), this.start()];
  }
}
