// The answer as a card: headline, hill, one sentence and three facts in plain counts; everything else behind "More".
import { judge, outcomeOf, remarkableShortcuts } from '../../evaluation/verdict.js';
import { colourOf, element } from '../dom.js';
import { hill } from './charts.js';
import { explained } from './terms.js';

export class Card {
  place;
  asked;
  language;

  /**
   * @param {any} parts - language, asked
   * @param {HTMLElement} place
   * @param {HTMLElement} panels - what stands behind "More"
   */
  constructor({ language, asked }, place, panels) {
    Object.assign(this, { language, asked, place, panels });
    this.headline = element('h2', { id: 'headline' });
    this.sentence = element('p', { id: 'sentence' });
    this.figure = element('figure', { className: 'hill', dir: 'ltr' });
    this.facts = element('div', { className: 'facts' });
    this.notes = element('div', { className: 'notes' });
    this.made = element('p', { className: 'printed' });
    place.append(
      element('div', { className: 'said', aria: { live: 'polite' } }, this.headline, this.sentence),
      this.figure,
      this.facts,
      this.notes,
      panels,
      this.made,
    );
    asked.addEventListener('begin', () => this.begin());
    asked.addEventListener('answer', () => this.show());
    asked.addEventListener('end', () => this.end());
    asked.addEventListener('change', () => this.tellStale());
  }

  /** Make room for the answer at once, so that nothing moves when it comes. */
  begin() {
    this.place.hidden = false;
    document.body.classList.add('asked');
    this.place.classList.add('working');
    if (!this.asked.answer) {
      this.headline.textContent = '…';
      this.sentence.textContent = this.language.say('ask.running');
    }
    scrollTo({ top: 0, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth' });
  }

  end() {
    this.place.classList.remove('working');
    this.place.hidden = !this.asked.answer;
    document.body.classList.toggle('asked', Boolean(this.asked.answer));
  }

  show() {
    const { language, asked } = this;
    const { results, kinds, labels } = asked.answer;
    const outcome = outcomeOf(results);
    const say = (key, values) => language.say(key, values);
    this.place.hidden = false;
    document.body.classList.add('asked');
    this.place.dataset.outcome = outcome;
    this.headline.textContent = say(`headline.${outcome}`);
    this.sentence.textContent = say(`lead.${outcome}`, { right: language.hundredths(results.accuracy) });
    this.figure.replaceChildren(...hill(results, kinds, language));
    this.facts.replaceChildren(...this.threeFacts(results));
    const counts = kinds.map((_, k) => labels.filter(label => label === k).length);
    const notes = [];
    if (results.reviewed) notes.push(say('remark.reviewed', { count: results.reviewed }));
    const shortcuts = remarkableShortcuts(results).map(({ name }) => shortcutName(name, language));
    if (shortcuts.length) notes.push(say('note.shortcut', { features: shortcuts.join(', ') }));
    this.stale = element('p', { className: 'note stale', textContent: say('ask.stale'), hidden: true });
    this.notes.replaceChildren(
      this.stale,
      ...notes.map(textContent => element('p', { className: 'note', textContent })),
    );
    const photos = results.class_names.map((name, k) => `${counts[k]} ${name}`).join(', ');
    this.made.textContent = say('print.made', { photos, date: new Date().toLocaleDateString(language.code) });
    this.tellStale();
  }

  threeFacts(results) {
    const { language } = this;
    const { accuracy, chance, interval, p_value: p, shortcuts } = results;
    const say = (key, values) => language.say(key, values);
    const [low, high] = interval.map(share => language.hundredths(share));
    const { as_good: some, permutations: all } = results;
    const best = [...shortcuts].sort((a, b) => b.accuracy - a.accuracy)[0];
    const right = say('fact.right', { chance: language.hundredths(chance), low, high });
    const facts = [
      this.fact('own', language.hundredths(accuracy), 100, right),
      this.fact('chance', some, all, say('fact.chance', { p: language.twoDigits(p) })),
    ];
    if (!best) return facts;
    const features = shortcutName(best.name, language);
    return [...facts, this.fact('by', language.hundredths(best.accuracy), 100, say('fact.shortcut', { features }))];
  }

  fact(kind, some, all, text) {
    const { language, asked } = this;
    const kinds = kind === 'own' ? asked.answer.kinds : [];
    return element(
      'div',
      { className: `fact ${kind}` },
      element('div', { className: 'stripe' }, ...kinds.map(own => element('i', { className: colourOf(own) }))),
      element('strong', { textContent: language.say('fact.count', { some, all }) }),
      element('p', {}, ...explained(text, language)),
    );
  }

  tellStale() {
    if (this.stale) this.stale.hidden = !this.asked.stale || this.asked.stopping !== null;
  }
}

/** What a shortcut is called; those that only Python's words know keep them. */
export const shortcutName = (name, language) =>
  language.has(`shortcut.${name}`) ? language.say(`shortcut.${name}`) : name;

export const verdictOf = (answer, language) => judge(answer.results, language, true);
