// The bar at the foot, always in view: how far things are, and the one main button.
import { button, element } from './dom.js';

export class Bar {
  constructor(place, language) {
    const say = key => language.say(key);
    this.start = button(say('ask.button'), null, { className: 'main', id: 'start' });
    this.stop = button(say('ask.stop'), null, { id: 'stop', hidden: true });
    this.undo = button(say('undo'), null, { id: 'undo', hidden: true });
    this.text = element('p', { id: 'status' });
    this.meter = element('p', { id: 'meter', hidden: true });
    this.done = element('progress', { max: 1, value: 0, hidden: true, aria: { label: say('bar') } });
    this.tools = element('div', { id: 'tools', className: 'tools', hidden: true });
    Object.assign(this, { busy: null, rest: '' });
    place.append(
      this.done,
      this.tools,
      element(
        'div',
        { className: 'inside' },
        element('div', { className: 'words' }, this.text, this.meter),
        element('div', { className: 'row' }, this.undo, this.stop, this.start),
      ),
    );
    place.setAttribute('aria-label', say('bar'));
    // What stands at the end of the page must not lie behind the bar.
    new ResizeObserver(() => document.body.style.setProperty('--bar', `${place.offsetHeight}px`)).observe(place);
  }

  /** Say how things are when nothing is being done. */
  say(text) {
    this.rest = text;
    this.text.textContent = this.busy ?? text;
  }

  /** Say what is being done, and how much of it, 0 to 1, or null; without a text, nothing any more. */
  work(text = null, share = null) {
    this.busy = text;
    this.text.textContent = text ?? this.rest;
    this.done.hidden = share === null;
    if (share !== null) this.done.value = share;
  }

  /** Say what can be said so far, by pairs of photos that were guessed before they were learned from. */
  measure(text) {
    this.meter.textContent = text;
    this.meter.hidden = !text;
  }
}
