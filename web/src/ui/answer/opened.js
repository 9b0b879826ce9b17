// A model from elsewhere, of this page or of Python's train.py: a photo can be tried on it.
import { networkFile } from '../../built.js';
import { button, element } from '../dom.js';
import { Attempt } from './attempt.js';

export class Opened extends EventTarget {
  language;

  /** @param {any} parts - language, lookers */
  constructor({ language, lookers }) {
    super();
    Object.assign(this, { language, answer: null });
    this.title = element('h2');
    const panel = element('section', { className: 'panel' });
    this.attempt = new Attempt({ language, lookers, asked: this }, panel, 'opened-');
    const close = button(language.say('close'), () => this.dialog.close(), { className: 'close' });
    this.dialog = element(
      'dialog',
      { id: 'opened', on: { close: () => this.attempt.clear() } },
      this.title,
      panel,
      element('div', { className: 'row' }, close),
    );
    document.body.append(this.dialog);
  }

  /**
   * @param {any} model - as `readModel` returns it
   * @throws {Error} if it was made for other weights than the page has
   */
  async show({ fingerprint, ...model }) {
    const { head } = model;
    const places = await fetch(networkFile('json')).then(response => response.json());
    if (places.fingerprint !== fingerprint) throw new Error('other weights');
    this.answer = { ...model, photos: [], kinds: head.classNames.map((_, c) => ({ id: c + 1 })) };
    this.title.textContent = this.language.say('opened.title', { names: head.classNames.join(', ') });
    this.dialog.showModal();
  }
}
