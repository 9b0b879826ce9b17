// The head of the page: what it is called, the projector's view, and the other languages.
import { NAMES } from '../words/languages.js';
import { button, element } from './dom.js';

/** Fill the page's own texts. */
export function speak(language) {
  document.documentElement.lang = language.code;
  document.documentElement.dir = language.direction;
  document.title = language.say('page.title');
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll('[data-say]');
  for (const place of places) place.textContent = language.say(place.dataset.say);
  document.getElementById('unreviewed').hidden = language.reviewed;
}

export class Header {
  language;

  /**
   * @param {any} parts - language, asked, tour
   * @param {HTMLElement} place
   */
  constructor({ language, asked, tour }, place) {
    Object.assign(this, { language });
    const say = key => language.say(key);
    this.projector = button(say('nav.projector'), () => this.project(), { className: 'plain', id: 'projector' });
    this.projector.setAttribute('aria-pressed', 'false');
    const languages = element(
      'select',
      { id: 'language', aria: { label: say('page.language') }, on: { change: () => this.speakOther(languages.value) } },
      ...Object.entries(NAMES).map(([value, textContent]) =>
        element('option', { value, textContent, selected: value === language.code, lang: value }),
      ),
    );
    place.append(
      button(say('nav.tour'), () => tour.begin(), { className: 'plain', id: 'how-to' }),
      this.projector,
      languages,
    );
    const offer = () => {
      this.projector.disabled = !asked.answer;
    };
    asked.addEventListener('answer', offer);
    offer();
    addEventListener('keydown', event => {
      if (event.key === 'Escape' && document.body.classList.contains('projected')) this.project();
    });
  }

  /** Show headline and hill large, and nothing else, or all again. */
  project() {
    const on = document.body.classList.toggle('projected');
    this.projector.textContent = this.language.say(on ? 'nav.leave' : 'nav.projector');
    this.projector.setAttribute('aria-pressed', String(on));
    scrollTo(0, 0);
  }

  speakOther(code) {
    const address = new URL(location.href);
    address.searchParams.set('language', code);
    location.assign(address);
  }
}
