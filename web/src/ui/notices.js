// What a reader should know about this browser or this visit, each once.
import { element } from './dom.js';

export class Notices {
  constructor(place, language) {
    Object.assign(this, { place, language, shown: new Set() });
  }

  show(key, values = {}, ...more) {
    if (this.shown.has(key)) return;
    this.shown.add(key);
    this.place.append(
      element(
        'div',
        { className: 'notice', data: { key } },
        element('span', { textContent: this.language.say(key, values) }),
        ...more,
      ),
    );
  }
}
