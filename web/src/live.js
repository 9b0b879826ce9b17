// The meter while photos come: what can be said so far.
import { readMeter } from './asking.js';

/** Tells, by the event `read`, what can be said so far; `said` is null as long as that is nothing. */
export class Meter extends EventTarget {
  page;

  /** @param {any} page - project, evaluator, canLearn */
  constructor(page) {
    super();
    Object.assign(this, { page, said: null, running: false, changed: false });
    page.project.addEventListener('change', () => this.read());
  }

  async read() {
    this.changed = true;
    if (this.running || !this.page.canLearn) return;
    this.running = true;
    while (this.changed) {
      this.changed = false;
      const state = this.page.project.state;
      if (state !== this.state) this.said = await readMeter(this.page).catch(() => null);
      if (state !== this.state) this.dispatchEvent(new Event('read'));
      this.state = state;
    }
    this.running = false;
  }
}

/** @returns {string} what the meter says, in sentences; nothing before there was a guess */
export function meterText(said, language) {
  if (!said?.guesses) return '';
  const { right, guesses, largest, pairs } = said;
  const chance = said.chance < 10 ? language.twoDigits(said.chance) : said.chance;
  const times = Math.floor(largest);
  const first = language.say(pairs ? 'meter.pairs' : 'meter.guesses', { right, guesses, chance });
  return `${first} ${times > 1 ? language.say('meter.chance', { times }) : language.say('meter.none')}`;
}
