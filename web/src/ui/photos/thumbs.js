// The photos of one kind, small: arrows move among them, Enter or a click opens one, the space bar selects, Delete leaves out.
import { element, thumbnailOf } from '../dom.js';

export const DRAGGED = 'application/x-photo';

export class Thumbs {
  project;
  kind;
  made;
  language;
  selection;
  selecting;
  viewer;
  redraw;
  emptied;

  /**
   * @param {any} parts - project, language, selection, viewer, redraw
   * @param {any} kind
   */
  constructor(parts, kind) {
    Object.assign(this, parts, { kind, made: new Map(), at: 0, selecting: false });
    this.place = element('div', {
      className: 'thumbs',
      aria: { role: 'listbox', multiselectable: 'true' },
      on: { keydown: event => this.press(event) },
    });
  }

  /** Draw the kind's photos; those that are drawn already stay. */
  draw(label) {
    this.photos = this.project.of(this.kind);
    this.place.hidden = !this.photos.length;
    this.place.setAttribute('aria-label', label);
    const wanted = this.photos.map(photo => this.thumb(photo));
    const there = this.place.children;
    if (wanted.length !== there.length || wanted.some((item, i) => item !== there[i])) {
      const inside = this.place.contains(document.activeElement);
      this.place.replaceChildren(...wanted);
      if (inside) this.focus(this.at);
    }
    this.at = Math.max(0, Math.min(this.at, wanted.length - 1));
    wanted.forEach((item, i) => {
      item.tabIndex = i === this.at ? 0 : -1;
    });
  }

  thumb(photo) {
    if (!this.made.has(photo.sha256)) this.made.set(photo.sha256, this.make(photo));
    const item = this.made.get(photo.sha256);
    const group = this.project.groupOf(photo);
    const tag = item.lastChild;
    const name = group?.split(' ').slice(1).join(' ');
    const label = group ? `${photo.name}, ${this.language.say('photo.grouped', { group: name })}` : photo.name;
    item.setAttribute('aria-selected', String(this.selection.has(photo)));
    item.setAttribute('aria-label', label);
    tag.hidden = !group;
    tag.textContent = name ?? '';
    return item;
  }

  make(photo) {
    return element(
      'div',
      {
        className: 'thumb',
        draggable: true,
        title: photo.name,
        aria: { role: 'option' },
        on: {
          click: event => this.click(photo, event),
          focus: () => this.enter(photo),
          dragstart: event => event.dataTransfer.setData(DRAGGED, photo.sha256),
          dragover: event => event.preventDefault(),
          drop: event => this.dropOn(event, photo),
        },
      },
      element('img', { src: thumbnailOf(photo), alt: '', loading: 'lazy', draggable: false, width: 96, height: 96 }),
      element('span', { className: 'tag', hidden: true }),
    );
  }

  enter(photo) {
    this.at = this.photos.indexOf(photo);
    [...this.place.children].forEach((item, i) => {
      item.tabIndex = i === this.at ? 0 : -1;
    });
  }

  focus(at) {
    this.place.children[Math.max(0, Math.min(at, this.place.children.length - 1))]?.focus();
  }

  /** Put the focus on a photo. @returns {boolean} whether it is here */
  find(photo) {
    const at = this.photos.indexOf(photo);
    if (at >= 0) this.focus(at);
    return at >= 0;
  }

  click(photo, event) {
    if (this.selecting || event.ctrlKey || event.metaKey || event.shiftKey) this.selection.toggle(photo);
    else this.viewer.open(this.photos, photo, last => this.find(last) || this.focus(this.at));
  }

  press(event) {
    const photo = this.photos[this.at];
    const step = this.steps()[event.key];
    if (step !== undefined) this.focus(Math.max(0, Math.min(this.photos.length - 1, this.at + step)));
    else if (event.key === 'Enter') this.click(photo, {});
    else if (event.key === ' ') this.selection.toggle(photo);
    else if (event.key === 'Delete' || event.key === 'Backspace') this.leaveOut(photo);
    else return;
    event.preventDefault();
  }

  /** How far each key goes. */
  steps() {
    const tops = [...this.place.children].map(item => item.offsetTop);
    const row = tops.filter(top => top === tops[0]).length;
    const forward = getComputedStyle(this.place).direction === 'rtl' ? -1 : 1;
    return {
      ArrowRight: forward,
      ArrowLeft: -forward,
      ArrowDown: row,
      ArrowUp: -row,
      Home: -this.photos.length,
      End: this.photos.length,
    };
  }

  /** Leave out a photo, or all that are selected if it is one of them; the next one has the focus then. */
  leaveOut(photo) {
    const out = this.selection.has(photo) ? this.selection.photos : [photo];
    const next = this.photos.slice(this.at).find(other => !out.includes(other));
    this.project.leaveOut(out);
    this.redraw();
    if (this.photos.length) this.focus(next ? this.photos.indexOf(next) : this.photos.length - 1);
    else this.emptied();
  }

  dropOn(event, photo) {
    const sha256 = event.dataTransfer.getData(DRAGGED);
    const other = this.project.photos.find(known => known.sha256 === sha256);
    if (!other || other === photo || other.kind !== photo.kind) return; // the box takes it
    event.preventDefault();
    event.stopPropagation();
    this.project.join([photo, other]);
  }
}
