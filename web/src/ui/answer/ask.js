// The question: whether it can be asked, asking it, stopping it, and the answer that is there.
import { ask } from '../../asking.js';
import { FOLDS } from '../../constants.js';

/** Tells by events "begin", "answer", "end" and "change". */
export class Ask extends EventTarget {
  project;
  language;
  bar;
  canLearn;
  messages;
  options;
  nameOf;

  /**
   * @param {any} parts - project, language, nameOf (of a kind), evaluator, paper, store, canLearn, bar, messages
   * @param {any} options - seed, permutations
   */
  constructor(parts, options) {
    super();
    Object.assign(this, parts, { options, answer: null, stopping: null, took: null });
    const { bar, project } = parts;
    bar.start.addEventListener('click', () => this.ask());
    bar.stop.addEventListener('click', () => this.stopping?.abort());
    project.addEventListener('change', () => this.offer());
    this.offer();
  }

  /** Whether something has changed since the answer. */
  get stale() {
    return this.answer !== null && this.answer.state !== this.project.state;
  }

  /** Say whether there is enough to ask about. */
  offer() {
    const { project, language, bar } = this;
    const counts = project.kinds.map(kind => project.of(kind).length).filter(Boolean);
    const enough = this.canLearn && counts.length > 1 && Math.min(...counts) >= FOLDS;
    const count = counts.reduce((a, b) => a + b, 0);
    const photos = language.say('kind.count', { count });
    bar.start.disabled = !enough || this.stopping !== null;
    bar.stop.hidden = this.stopping === null;
    bar.start.textContent = language.say(this.answer ? 'ask.again' : 'ask.button');
    bar.undo.hidden = !project.history.length;
    if (this.stale) bar.say(`${photos}. ${language.say('ask.stale')}`);
    else if (this.answer && this.took) bar.say(`${photos} · ${language.say('ask.answered', { time: this.took })}`);
    else if (count && !enough) bar.say(`${photos}. ${language.say('ask.needs', { count: FOLDS })}`);
    else bar.say(count ? photos : language.say('bar.start'));
    this.dispatchEvent(new Event('change'));
  }

  async ask() {
    const { project, language, messages, bar } = this;
    const started = performance.now();
    this.stopping = new AbortController();
    const options = { ...this.options, signal: this.stopping.signal, nameOf: this.nameOf };
    this.dispatchEvent(new Event('begin'));
    this.offer();
    bar.work(language.say('ask.running'));
    try {
      this.take(await ask(this, options));
      project.keepAnswered(this.answer.photos);
      this.took = language.time((performance.now() - started) / 1000);
      project.changed(); // so that what was answered is kept
    } catch (error) {
      messages.trouble(...this.explain(error));
    }
    const focused = document.activeElement === document.body || document.activeElement === bar.stop;
    this.stopping = null;
    bar.work();
    this.offer();
    if (focused) bar.start.focus();
    this.dispatchEvent(new Event('end'));
  }

  /** Show an answer that was kept. */
  bringBack(answer) {
    this.take(answer);
    this.offer();
  }

  /** Show an answer. */
  take(answer) {
    this.answer = answer;
    this.dispatchEvent(new Event('answer'));
  }

  /** Say what went wrong: the key of a heading, and what stands below it. */
  explain(error) {
    const { language } = this;
    if (error.name === 'AbortError') return ['ask.stop', [language.say('ask.stopped')]];
    if (error.kind !== 'few') return ['trouble.ask', [error.message]];
    const { className: name, count, needed, known, burst } = error;
    const few = [language.say(known ? 'ask.few.groups' : 'ask.few', { name, count, needed })];
    if (burst) few.push(language.say('ask.few.burst', { first: burst[0], second: burst[1] }));
    return ['headline.too few photos', few];
  }
}
