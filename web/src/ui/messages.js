// What a reader should know of this browser or this visit, and what went wrong: above the bar, until it is closed.
import { button, CROSS, element, icon } from './dom.js';

export class Messages {
  shown;
  language;
  place;
  troubles;

  constructor(place, language) {
    Object.assign(this, { place, language, shown: new Set(), troubles: new Map() });
  }

  /** Show a notice, once a visit. */
  show(key, values = {}, ...more) {
    if (this.shown.has(key)) return;
    this.shown.add(key);
    const text = element('p', { textContent: this.language.say(key, values) });
    const notice = element('div', { className: 'message notice', data: { key } }, text, ...more);
    notice.append(this.closing(() => notice.remove()));
    this.place.append(notice);
  }

  /**
   * Say what went wrong under its own heading; what has the same one comes to the same list.
   * @param {string} key - of the heading; what it counts is how many lines there are
   * @param {string[]} lines
   * @param {any} values - for the heading
   */
  trouble(key, lines, values = {}) {
    if (!lines.length) return;
    const id = JSON.stringify([key, values]);
    const said = [...(this.troubles.get(id)?.said ?? []), ...lines];
    this.troubles.get(id)?.box.remove();
    const title = this.language.say(key, { count: said.length, ...values });
    const box = element(
      'div',
      { className: 'message trouble', data: { key } },
      element('div', { aria: { role: 'alert' } }, element('h2', { textContent: title })),
      element(
        'ul',
        { tabIndex: 0, aria: { label: title } },
        ...said.map(textContent => element('li', { textContent })),
      ),
      this.closing(() => {
        box.remove();
        this.troubles.delete(id);
      }),
    );
    this.troubles.set(id, { said, box });
    this.place.append(box);
  }

  closing(click) {
    const made = button('', click, { className: 'plain', ariaLabel: this.language.say('close') });
    made.append(icon(CROSS));
    return made;
  }
}
