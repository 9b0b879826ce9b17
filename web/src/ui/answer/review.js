// The photos whose label is probably wrong, the least probable first: keep, move, leave out, with a warning.
import { button, colourOf, element, thumbnailOf } from '../dom.js';

const SHOWN = 12;

export class Review {
  kept;
  asked;
  chip;
  language;
  panel;
  project;
  viewer;

  /**
   * @param {any} parts - project, language, asked, viewer
   * @param {{chip: HTMLElement, panel: HTMLElement}} place
   */
  constructor({ project, language, asked, viewer }, { chip, panel }) {
    Object.assign(this, { project, language, asked, viewer, chip, panel, kept: new Set() });
    this.list = element('div', { className: 'suspects' });
    this.none = element('p', { textContent: language.say('review.none') });
    this.expected = element('p', { id: 'expected' });
    this.texts = element(
      'div',
      {},
      element('p', { textContent: language.say('review.text') }),
      this.expected,
      element('p', { id: 'warning', className: 'note', textContent: language.say('review.warning') }),
    );
    panel.append(this.texts, this.list, this.none);
    chip.closest('#more').addEventListener('turn', () => this.draw());
    asked.addEventListener('answer', () => {
      this.kept.clear();
      this.draw();
    });
    project.addEventListener('change', () => this.draw());
  }

  draw() {
    const { answer } = this.asked;
    if (!answer) return;
    const records = answer.results.photos.map((record, i) => ({
      record,
      photo: answer.photos[i],
      label: answer.labels[i],
    }));
    const isListed = ({ record, photo, label }) =>
      record.suggested && !photo.out && photo.kind === answer.kinds[label].id && !this.kept.has(photo);
    const wrong = records
      .filter(isListed)
      .sort((a, b) => a.record.label_probability - b.record.label_probability)
      .slice(0, SHOWN);
    const photos = wrong.map(({ photo }) => photo);
    const { listed = 0, expected = null } = answer.results.wrong_labels ?? {};
    this.chip.textContent = this.language.say('more.review', { count: wrong.length });
    this.chip.hidden = !wrong.length && this.panel.hidden;
    this.expected.textContent =
      expected === null ? '' : this.language.say('review.expected', { expected: Math.round(expected), listed });
    this.texts.hidden = !wrong.length;
    this.none.hidden = wrong.length > 0;
    this.list.replaceChildren(...wrong.map(item => this.suspect(item, photos)));
  }

  suspect({ record, photo, label }, photos) {
    const { project, language, asked, viewer } = this;
    const { kinds, results } = asked.answer;
    const say = (key, values) => language.say(key, values);
    const names = results.class_names;
    const text = say('review.photo', { name: photo.name, kind: names[label], answer: record.suggested });
    const named = (key, click) => {
      const made = button(say(key), click);
      made.setAttribute('aria-label', `${say(key)}, ${photo.name}`);
      return made;
    };
    const moves = kinds
      .map((kind, k) => ({ kind, name: names[k] }))
      .filter(({ kind }, k) => k !== label && project.kind(kind.id))
      .slice(0, 5)
      .map(({ kind, name }) => button(say('review.move', { name }), () => project.move([photo], kind)));
    const picture = element('img', {
      src: thumbnailOf(photo),
      alt: photo.name,
      width: 240,
      height: 180,
    });
    const look = element(
      'button',
      { type: 'button', className: 'look', on: { click: () => viewer.open(photos, photo) } },
      picture,
    );
    return element(
      'div',
      { className: `suspect ${colourOf(kinds[label])}`, data: { name: photo.name } },
      look,
      element('p', { textContent: text }),
      element(
        'div',
        { className: 'row' },
        named('review.keep', () => {
          this.kept.add(photo);
          this.draw();
        }),
        ...moves,
        named('select.out', () => project.leaveOut([photo])),
      ),
    );
  }
}
