// "More": chips below an answer, each of which opens what it names.
import { button, element } from '../dom.js';

export class Panels {
  constructor(language) {
    this.chips = element('div', { className: 'chips', aria: { role: 'group', label: language.say('more') } });
    this.opened = element('div', { className: 'opened' });
    this.place = element('div', { id: 'more' }, this.chips, this.opened);
    this.all = new Map();
  }

  /**
   * Add a chip that opens a panel, and closes the one that was open.
   * @returns {{chip: HTMLElement, panel: HTMLElement}}
   */
  add(id, text) {
    const chip = button(text, () => this.toggle(id), { className: 'chip', id: `more-${id}` });
    const panel = element('section', { id, className: 'panel', hidden: true, aria: { labelledby: `more-${id}` } });
    chip.setAttribute('aria-expanded', 'false');
    chip.setAttribute('aria-controls', id);
    this.all.set(id, { chip, panel });
    this.chips.append(chip);
    this.opened.append(panel);
    return { chip, panel };
  }

  /** Add a chip that does something at once. */
  action(id, text, click) {
    this.chips.append(button(text, click, { className: 'chip', id }));
  }

  toggle(id) {
    for (const [other, { chip, panel }] of this.all) {
      panel.hidden = other !== id || !panel.hidden;
      chip.setAttribute('aria-expanded', String(!panel.hidden));
    }
    this.place.dispatchEvent(new CustomEvent('turn', { detail: id }));
  }
}
