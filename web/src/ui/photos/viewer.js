// A photo, large, and what can be done with it.
import { button, element } from '../dom.js';

export class Viewer {
  project;
  language;
  nameOf;
  photos;
  store;
  closed;

  /** @param {any} parts - project, language, nameOf (of a kind), store */
  constructor({ project, language, nameOf, store }) {
    Object.assign(this, { project, language, nameOf, store, photos: [], at: 0 });
    const say = key => language.say(key);
    this.title = element('h2');
    this.image = element('img', { alt: '' });
    this.tools = element('div', { className: 'row' });
    this.previous = button('', () => this.go(-1), { className: 'turn back', ariaLabel: say('photo.previous') });
    this.next = button('', () => this.go(1), { className: 'turn', ariaLabel: say('photo.next') });
    this.dialog = element(
      'dialog',
      { id: 'viewer', on: { keydown: event => this.press(event), close: () => this.leave() } },
      this.title,
      element('div', { className: 'large' }, this.previous, this.image, this.next),
      this.tools,
    );
    document.body.append(this.dialog);
  }

  /**
   * @param {any[]} photos - among which one can go on
   * @param {any} photo - the one to begin with
   * @param {(arg: any) => void} closed - is told which photo was last
   */
  open(photos, photo, closed = () => {}) {
    Object.assign(this, { photos: [...photos], at: photos.indexOf(photo), closed });
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    const { project, language, nameOf } = this;
    const photo = this.photos[this.at];
    this.showLarge(photo);
    this.image.alt = photo.name;
    this.title.textContent = photo.name;
    this.previous.disabled = this.at === 0;
    this.next.disabled = this.at === this.photos.length - 1;
    const others = project.kinds.filter(kind => kind.id !== photo.kind);
    this.tools.replaceChildren(
      ...others.map(kind =>
        button(language.say('select.move', { name: nameOf(kind) }), () => this.act(() => project.move([photo], kind))),
      ),
      button(language.say('select.out'), () => this.act(() => project.leaveOut([photo])), { className: 'out' }),
      button(language.say('close'), () => this.dialog.close(), { className: 'close' }),
    );
  }

  /** Show the small picture at once, and the photo itself as soon as it is there. */
  async showLarge(photo) {
    const show = content => {
      URL.revokeObjectURL(this.image.src);
      this.image.src = URL.createObjectURL(content);
    };
    show(photo.thumbnail);
    const file = await this.store.file(photo);
    if (file && this.dialog.open && photo === this.photos[this.at]) show(file);
  }

  act(change) {
    change();
    this.photos.splice(this.at, 1);
    if (!this.photos.length) return this.dialog.close();
    this.at = Math.min(this.at, this.photos.length - 1);
    this.draw();
    this.tools.querySelector('.close').focus();
  }

  go(step) {
    this.at = Math.max(0, Math.min(this.photos.length - 1, this.at + step));
    this.draw();
  }

  press(event) {
    const forward = getComputedStyle(this.dialog).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') this.go(event.key === forward ? 1 : -1);
    if (event.key === 'Delete') this.tools.querySelector('.out').click();
  }

  leave() {
    URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute('src');
    this.closed(this.photos[this.at]);
  }
}
