// Four bubbles for the first visit, and for whoever asks for them: what to do, in the order of doing it.
import { button, element } from './dom.js';

const SEEN = 'catsex tour'; // in the browser's own storage
const GAP = 12; // pixels between a bubble and what it speaks of
const STEPS = [
  ['tour.kinds', '.kind .head'],
  ['tour.photos', '.kind .row'],
  ['tour.ask', '#start'],
  ['tour.answer', 'h1'],
];

export class Tour {
  language;

  constructor(language) {
    Object.assign(this, { language, at: 0 });
    const say = key => language.say(key);
    this.text = element('p');
    this.step = element('span', { className: 'hint' });
    this.back = button(say('back'), () => this.go(this.at - 1));
    this.next = button(say('next'), () => this.go(this.at + 1), { className: 'main', id: 'tour-next' });
    this.bubble = element(
      'div',
      {
        id: 'tour',
        hidden: true,
        aria: { role: 'dialog', label: say('tour.title') },
        on: { keydown: event => event.key === 'Escape' && this.end() },
      },
      this.text,
      element(
        'div',
        { className: 'row' },
        this.step,
        button(say('close'), () => this.end()),
        this.back,
        this.next,
      ),
    );
    document.body.append(this.bubble);
    addEventListener('resize', () => this.bubble.hidden || this.place());
  }

  /** Begin by itself on the first visit; it takes the focus from nobody. */
  greet() {
    if (remembered()) return;
    this.go(0);
  }

  begin() {
    this.go(0);
    this.next.focus();
  }

  go(at) {
    if (at === STEPS.length) return this.end();
    this.at = at;
    const { language } = this;
    this.text.textContent = language.say(STEPS[at][0]);
    this.step.textContent = language.say('tour.step', { step: at + 1, count: STEPS.length });
    this.back.hidden = at === 0;
    this.next.textContent = language.say(at === STEPS.length - 1 ? 'done' : 'next');
    this.bubble.hidden = false;
    this.place();
  }

  /** Put the bubble below what it speaks of, or above it where there is more room. */
  place() {
    const target = document.querySelector(STEPS[this.at][1]);
    for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
    target.classList.add('lit');
    if (!target.closest('#bar')) target.scrollIntoView({ block: 'nearest' });
    const box = target.getBoundingClientRect();
    const { bubble } = this;
    const above = box.bottom + bubble.offsetHeight + GAP > innerHeight;
    const top = above ? box.top - bubble.offsetHeight - GAP : box.bottom + GAP;
    const begin = document.documentElement.dir === 'rtl' ? box.right - bubble.offsetWidth : box.left;
    const left = Math.max(GAP, Math.min(begin, document.documentElement.clientWidth - bubble.offsetWidth - GAP));
    bubble.style.top = `${Math.max(GAP, top)}px`;
    bubble.style.left = `${left}px`;
  }

  end() {
    const inside = this.bubble.contains(document.activeElement);
    this.bubble.hidden = true;
    for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
    remember();
    if (inside) document.getElementById('how-to').focus();
  }
}

function remembered() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember() {
  try {
    localStorage.setItem(SEEN, 'yes');
  } catch {
    // it comes again next time
  }
}
