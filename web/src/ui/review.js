// The photos that were mostly wrong while they were held out: keep, move, leave out, with a warning.
import { button, element } from './dom.js';

const SHOWN = 6;

export class Review {
  constructor(page, section, asked) {
    Object.assign(this, { page, section, asked });
    const { language, project } = page;
    this.undo = button(language.say('undo'), () => project.undo(), { id: 'undo-review' });
    this.list = element('div', { className: 'suspects' });
    this.status = element('p', { aria: { role: 'status' } });
    this.texts = element(
      'div',
      {},
      element('p', { textContent: language.say('review.text') }),
      element('p', { id: 'warning' }, element('strong', { textContent: language.say('review.warning') })),
    );
    section.append(this.texts, this.list, this.status, element('p', { className: 'row controls' }, this.undo));
    asked.addEventListener('answer', () => {
      this.kept = new Set();
      this.draw();
    });
    project.addEventListener('change', () => this.draw());
  }

  draw() {
    const { answer } = this.asked;
    const { language, project } = this.page;
    this.section.hidden = !answer;
    if (!answer) return;
    this.undo.disabled = !project.history.length;
    const wrong = answer.results.photos
      .map((record, i) => ({ record, photo: answer.photos[i], label: answer.labels[i] }))
      .filter(
        ({ record, photo, label }) =>
          record.right < 0.5 && !photo.out && photo.kind === answer.kinds[label].id && !this.kept.has(photo),
      )
      .sort((a, b) => a.record.right - b.record.right)
      .slice(0, SHOWN);
    this.texts.hidden = !wrong.length;
    this.status.textContent = wrong.length ? '' : language.say('review.none');
    this.list.replaceChildren(...wrong.map(item => this.suspect(item)));
  }

  suspect({ record, photo, label }) {
    const { language, project } = this.page;
    const { answer } = this.asked;
    const say = (key, values) => language.say(key, values);
    const names = answer.results.class_names;
    const mostly = record.predictions.indexOf(Math.max(...record.predictions));
    const text = say('review.photo', {
      name: photo.name,
      kind: names[label],
      answer: names[mostly],
      right: language.percent(record.right),
    });
    const moves = answer.kinds
      .map(
        (kind, k) =>
          k !== label &&
          project.kind(kind.id) &&
          button(say('review.move', { name: names[k] }), () => project.move([photo], kind)),
      )
      .filter(Boolean);
    return element(
      'div',
      { className: 'suspect', data: { name: photo.name } },
      element('img', { src: URL.createObjectURL(photo.thumbnail), alt: photo.name }),
      element('p', { textContent: text }),
      element(
        'p',
        { className: 'row' },
        button(say('review.keep'), () => {
          this.kept.add(photo);
          this.draw();
        }),
        ...moves.slice(0, 5),
        button(say('review.out'), () => project.leaveOut([photo])),
      ),
    );
  }
}
