// The photos that are selected, and what can be done with them, in the bar.
import { button, element } from '../dom.js';

export class Selection {
  chosen;
  redraw;
  project;
  language;
  place;
  nameOf;

  /**
   * @param {any} parts - project, language, nameOf (of a kind)
   * @param {HTMLElement} place
   */
  constructor({ project, language, nameOf }, place) {
    Object.assign(this, { project, language, nameOf, place, chosen: new Set(), redraw: () => {} });
  }

  get photos() {
    return [...this.chosen];
  }

  has(photo) {
    return this.chosen.has(photo);
  }

  toggle(photo) {
    if (!this.chosen.delete(photo)) this.chosen.add(photo);
    this.redraw();
  }

  draw() {
    const { project, language } = this;
    for (const photo of this.chosen) if (photo.out || !project.photos.includes(photo)) this.chosen.delete(photo);
    const photos = this.photos;
    const say = (key, values) => language.say(key, values);
    this.place.hidden = !photos.length;
    const act = change => () => {
      change();
      this.chosen.clear();
      this.redraw();
    };
    const moves = project.kinds.map(kind =>
      button(
        say('select.move', { name: this.nameOf(kind) }),
        act(() => project.move(photos, kind)),
      ),
    );
    this.place.replaceChildren(
      element('span', { textContent: say('select.count', { count: photos.length }) }),
      button(
        say('select.together'),
        act(() => project.join(photos)),
        { disabled: photos.length < 2, id: 'together' },
      ),
      button(
        say('select.apart'),
        act(() => project.separate(photos)),
      ),
      ...moves,
      button(
        say('select.out'),
        act(() => project.leaveOut(photos)),
        { id: 'out' },
      ),
      button(
        say('done'),
        act(() => {}),
      ),
    );
  }
}
