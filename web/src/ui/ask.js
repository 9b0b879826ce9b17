// Step 2: the question, how it is going, and the answer.
import { ask } from '../asking.js';
import { FOLDS, TooFew } from '../evaluation/check.js';
import { judge } from '../evaluation/verdict.js';
import { curve, luck } from './charts.js';
import { button, element } from './dom.js';

const REDRAW_EVERY = 250; // milliseconds

export class Ask extends EventTarget {
  constructor(page, section) {
    super();
    Object.assign(this, { page, answer: null, stopping: null });
    const { language, project } = page;
    this.start = button(language.say('ask.button'), () => this.ask(), { className: 'main', id: 'start' });
    this.stop = button(language.say('ask.stop'), () => this.stopping.abort(), { id: 'stop', hidden: true });
    this.status = element('p', { id: 'status', aria: { role: 'status' } });
    this.bar = element('progress', { max: 1, value: 0, hidden: true, aria: { label: language.say('step.ask') } });
    this.stale = element('p', { className: 'warning controls', textContent: language.say('ask.stale'), hidden: true });
    this.running = element('figure', { hidden: true });
    this.shown = element('div', { id: 'answered', aria: { live: 'polite' } });
    section.append(
      element('p', { className: 'row' }, this.start, this.stop),
      this.status,
      this.bar,
      this.running,
      this.stale,
      this.shown,
    );
    project.addEventListener('change', () => this.offer());
    this.offer();
  }

  /** Say whether there is enough to ask about. */
  offer() {
    const { project, language } = this.page;
    const counts = project.kinds.map(kind => project.of(kind).length).filter(Boolean);
    const enough = this.page.canLearn && counts.length > 1 && Math.min(...counts) >= FOLDS;
    this.start.disabled = !enough || this.stopping !== null;
    this.stale.hidden = !this.answer || this.stopping !== null || this.answer.state === project.state;
    if (this.stopping) return;
    this.start.textContent = language.say(this.answer ? 'ask.again' : 'ask.button');
    if (this.answer && this.stale.hidden) return;
    this.status.textContent = enough
      ? language.say('ask.ready', { count: counts.reduce((a, b) => a + b) })
      : language.say('ask.needs', { count: FOLDS });
  }

  async ask() {
    const { project, language } = this.page;
    const started = performance.now();
    this.stopping = new AbortController();
    this.offer();
    this.stop.hidden = this.bar.hidden = false;
    this.stop.focus();
    try {
      const options = {
        seed: this.page.seed,
        permutations: this.page.permutations,
        signal: this.stopping.signal,
        nameOf: this.page.nameOf,
      };
      for await (const answer of ask(this.page, { ...options, progress: state => this.showProgress(state, started) })) {
        this.answer = answer;
        this.show();
        this.dispatchEvent(new Event('answer'));
      }
      project.keepAnswered(this.answer.photos);
      const time = language.time((performance.now() - started) / 1000);
      this.finish(language.say('ask.done', { count: this.answer.results.heads, time }));
      project.changed(); // so that what was answered is kept
    } catch (error) {
      this.finish(this.explain(error));
    }
  }

  explain(error) {
    const { language } = this.page;
    if (error.name === 'AbortError') return language.say('ask.stopped');
    if (error instanceof TooFew) {
      const { name, count, needed, known, burst } = error;
      const few = language.say(known ? 'ask.few.groups' : 'ask.few', { name, count, needed });
      return burst ? `${few} ${language.say('ask.few.burst', { first: burst[0], second: burst[1] })}` : few;
    }
    return language.say('ask.failed', { reason: error.message });
  }

  finish(text) {
    this.stopping = null;
    this.stop.hidden = this.bar.hidden = this.running.hidden = true;
    this.offer();
    this.status.textContent = text;
    if (document.activeElement === document.body || document.activeElement === this.stop) this.start.focus();
  }

  showProgress({ step, done, count, nulls }, started) {
    const { language } = this.page;
    const now = performance.now();
    if (step === 'heads') {
      if (now - (this.drawn ?? 0) < REDRAW_EVERY && done < count) return;
      this.drawn = now;
      const left = ((now - started) / 1000 / done) * (count - done);
      this.bar.value = done / count;
      const time = language.say('ask.left', { time: language.time(left) });
      this.status.textContent = `${language.say('ask.running', { done, count })}, ${time}`;
      this.running.hidden = false;
      const text = language.say('luck.running', { count: nulls.length });
      this.running.replaceChildren(luck(nulls, null, language, text), element('figcaption', { textContent: text }));
    } else this.status.textContent = language.say(`ask.${step}`);
  }

  /** Draw the answer. */
  show() {
    const { language } = this.page;
    const { results } = this.answer;
    const say = (key, values) => language.say(key, values);
    const { outcome, sentence, remarks } = judge(results, language, true);
    const better = results.null.filter(value => value >= results.accuracy - 1e-6).length;
    const remark = results.reviewed ? [say('remark.reviewed', { count: results.reviewed })] : [];
    const first = this.answer.first
      ? [
          say('ask.first', {
            count: Math.max(...this.answer.kinds.map((_, k) => this.answer.labels.filter(l => l === k).length)),
          }),
        ]
      : [];
    const kinds = this.answer.kinds
      .map((_, k) => `${this.answer.labels.filter(label => label === k).length} ${results.class_names[k]}`)
      .join(', ');
    const made = say('print.made', { photos: kinds, date: new Date().toLocaleDateString(language.code) });
    const banner = element(
      'div',
      { className: `banner ${outcome.split(' ')[0]}`, data: { outcome } },
      element('strong', { id: 'headline', textContent: say(`headline.${outcome}`) }),
      element('p', { id: 'sentence', textContent: sentence }),
      ...[...first, ...remark, ...remarks].map(textContent => element('p', { className: 'remark', textContent })),
      element('p', { className: 'printed', textContent: made }),
    );
    const low = language.percent(Math.min(...results.null));
    const high = language.percent(Math.max(...results.null));
    const alt = say('luck.alt', { low, high, accuracy: language.percent(results.accuracy) });
    this.shown.replaceChildren(
      banner,
      element('h3', { textContent: say('luck.title') }),
      element(
        'figure',
        {},
        luck(results.null, results, language, alt),
        element('figcaption', { textContent: say('luck.text', { count: results.null.length, better }) }),
      ),
      element(
        'div',
        { className: 'columns' },
        this.curve(results),
        this.shortcuts(results),
        this.confusion(results),
        ...['duplicates', 'bursts', 'frames'].map(kind => this.alike(kind, results[kind])),
      ),
      this.paper(results),
    );
  }

  curve(results) {
    const { language } = this.page;
    const say = (key, values) => language.say(key, values);
    const points = results.learning_curve
      .map(p => say('curve.point', { accuracy: language.percent(p.accuracy), count: p.photos_per_class }))
      .join('; ');
    return element(
      'div',
      {},
      element('h3', { textContent: say('curve.title') }),
      element(
        'figure',
        {},
        curve(results.learning_curve, results.chance, language, say('curve.alt', { points })),
        element('figcaption', { textContent: say(results.still_rising ? 'curve.rising' : 'curve.flat') }),
      ),
    );
  }

  shortcuts(results) {
    const { language } = this.page;
    const say = (key, values) => language.say(key, values);
    const rows = results.shortcuts.map(({ name, accuracy, p_value: p }) => [
      say(`shortcut.${name}`),
      language.percent(accuracy),
      language.twoDigits(p),
    ]);
    return table(say('shortcuts.title'), [say('shortcuts.by'), say('shortcuts.right'), say('shortcuts.p')], rows);
  }

  confusion(results) {
    const { language } = this.page;
    const names = results.class_names;
    if (names.length > 12) return '';
    const rows = results.confusion.map((row, i) => [names[i], ...row.map(share => language.percent(share))]);
    return table(
      language.say('confusion.title'),
      [language.say('confusion.true'), ...names.map(name => language.say('confusion.answer', { name }))],
      rows,
    );
  }

  /** What to write in a paper: in English, whatever the page's language. */
  paper({ methods, references }) {
    return element(
      'details',
      { id: 'paper' },
      element('summary', { textContent: this.page.language.say('paper.title') }),
      element('p', { lang: 'en', textContent: methods }),
      element('pre', { lang: 'en', textContent: references }),
    );
  }

  /** Name pairs of photos that were kept together. */
  alike(kind, pairs) {
    if (!pairs.length) return '';
    const list = pairs.slice(0, 10).map(([a, b]) => element('li', { textContent: `${a}, ${b}` }));
    return element(
      'div',
      { id: kind },
      element('h3', { textContent: this.page.language.say(`alike.${kind}`, { count: pairs.length }) }),
      element('ul', {}, ...list),
    );
  }
}

function table(title, head, rows) {
  const row = (first, others, kind) =>
    element(
      'tr',
      {},
      element('th', { textContent: first, scope: kind === 'th' ? 'col' : 'row' }),
      ...others.map(textContent => element(kind, kind === 'th' ? { textContent, scope: 'col' } : { textContent })),
    );
  const [first, ...others] = head;
  return element(
    'div',
    {},
    element('h3', { textContent: title }),
    element(
      'div',
      { className: 'scroll' },
      element(
        'table',
        {},
        element('thead', {}, row(first, others, 'th')),
        element('tbody', {}, ...rows.map(([name, ...cells]) => row(name, cells, 'td'))),
      ),
    ),
  );
}
