// A box for each kind of photos.
import { button, CROSS, colourOf, element, fileButton, icon, svg } from '../dom.js';
import { DRAGGED, Thumbs } from './thumbs.js';

const REDRAW_AFTER = 150; // milliseconds

export class Boxes {
  project;
  boxes;
  selection;
  language;
  camera;
  adding;
  viewer;
  letterOf;
  nameOf;

  /**
   * @param {any} parts - project, language, nameOf (of a kind), adding, camera, selection, viewer
   * @param {HTMLElement} place
   */
  constructor(parts, place) {
    Object.assign(this, parts, { boxes: new Map() });
    const { project, language, selection } = parts;
    this.grid = element('div', { id: 'kinds' });
    this.more = button('+', () => this.addKind(), {
      id: 'add-kind',
      title: language.say('kinds.add'),
      ariaLabel: language.say('kinds.add'),
    });
    place.append(this.grid, this.more);
    place.setAttribute('aria-label', language.say('kinds'));
    selection.redraw = () => this.draw();
    project.addEventListener('change', () => {
      this.waiting ??= setTimeout(() => this.draw(), REDRAW_AFTER);
    });
    this.draw();
  }

  addKind() {
    const kind = this.project.addKind();
    this.draw();
    this.boxes.get(kind.id).title.focus();
  }

  draw() {
    clearTimeout(this.waiting);
    this.waiting = null;
    const { project, selection } = this;
    for (const id of this.boxes.keys()) if (!project.kind(id)) this.boxes.delete(id);
    const boxes = project.kinds.map(kind => this.box(kind).box);
    const there = this.grid.children;
    if (boxes.length !== there.length || boxes.some((box, i) => box !== there[i])) this.grid.replaceChildren(...boxes);
    selection.draw();
    for (const kind of project.kinds) this.fill(kind);
  }

  box(kind) {
    if (!this.boxes.has(kind.id)) this.boxes.set(kind.id, this.make(kind));
    return this.boxes.get(kind.id);
  }

  make(kind) {
    const { language, project } = this;
    const parts = {
      title: element('input', {
        type: 'text',
        value: kind.name,
        maxLength: 60,
        on: {
          input: event => {
            kind.name = event.target.value;
            project.changed();
          },
        },
      }),
      count: element('span', { className: 'count' }),
      empty: element(
        'div',
        { className: 'drop' },
        picture(),
        element('p', { textContent: language.say('kind.empty') }),
      ),
      select: button(language.say('kind.select'), () => this.toggleSelecting(kind), { className: 'plain select' }),
      remove: button('', () => project.removeKind(kind), { className: 'plain', title: language.say('kind.remove') }),
      camera: button(language.say('kind.camera'), () => this.camera.open(kind), { className: 'camera' }),
      add: fileButton(language.say('kind.add'), files => this.adding.take(files.map(plain), kind), {
        accept: 'image/*',
        multiple: true,
      }),
    };
    parts.remove.append(icon(CROSS));
    parts.thumbs = new Thumbs(
      {
        ...{ project, language, selection: this.selection, viewer: this.viewer },
        redraw: () => this.draw(),
        emptied: () => parts.add.querySelector('input').focus(),
      },
      kind,
    );
    parts.box = element(
      'section',
      { className: `kind ${colourOf(kind)}`, data: { kind: kind.id } },
      element('div', { className: 'head' }, parts.title, parts.count, parts.select, parts.remove),
      parts.empty,
      parts.thumbs.place,
      element('div', { className: 'row' }, parts.camera, parts.add),
    );
    this.takeDrops(parts.box, kind);
    return parts;
  }

  fill(kind) {
    const { language, project } = this;
    const { box, title, count, empty, select, remove, camera, add, thumbs } = this.boxes.get(kind.id);
    const letter = this.letterOf(kind);
    const name = this.nameOf(kind);
    const photos = project.of(kind);
    if (document.activeElement !== title && title.value !== kind.name) title.value = kind.name;
    title.placeholder = language.say('kind.default', { letter });
    title.setAttribute('aria-label', language.say('kind.name', { letter }));
    box.setAttribute('aria-label', name);
    count.textContent = photos.length ? language.say('kind.count', { count: photos.length }) : '';
    empty.hidden = photos.length > 0;
    select.hidden = photos.length < 2;
    select.setAttribute('aria-pressed', String(thumbs.selecting));
    remove.hidden = project.kinds.length < 3;
    for (const [part, key] of Object.entries({ select: 'kind.select', remove: 'kind.remove', camera: 'kind.camera' })) {
      ({ select, remove, camera })[part].setAttribute('aria-label', `${language.say(key)}, ${name}`);
    }
    add.querySelector('input').setAttribute('aria-label', `${language.say('kind.add')}, ${name}`);
    thumbs.draw(language.say('kind.thumbs', { name }));
  }

  toggleSelecting(kind) {
    const { thumbs, box } = this.boxes.get(kind.id);
    thumbs.selecting = !thumbs.selecting;
    box.classList.toggle('selecting', thumbs.selecting);
    this.draw();
  }

  takeDrops(box, kind) {
    box.addEventListener('dragover', event => {
      event.preventDefault();
      box.classList.add('over');
    });
    box.addEventListener('dragleave', () => box.classList.remove('over'));
    box.addEventListener('drop', event => {
      event.preventDefault();
      event.stopPropagation();
      box.classList.remove('over');
      const sha256 = event.dataTransfer.getData(DRAGGED);
      const photo = this.project.photos.find(known => known.sha256 === sha256);
      if (photo) this.project.move([photo], kind);
      else this.adding.takeTransfer(event.dataTransfer, kind);
    });
  }

  /** Take back the last step; what it brings back has the focus then. */
  undo() {
    const { project } = this;
    const where = photo => (photo.out || !project.kind(photo.kind) ? null : photo.kind);
    const before = new Map(project.photos.map(photo => [photo, where(photo)]));
    project.undo();
    this.draw();
    const back = project.photos.find(photo => where(photo) !== null && where(photo) !== before.get(photo));
    if (back) this.boxes.get(back.kind).thumbs.find(back);
  }
}

const plain = file => ({ path: file.webkitRelativePath || file.name, file });

/** A picture of a picture. */
const picture = () =>
  svg(
    'svg',
    { viewBox: '0 0 48 48', 'aria-hidden': 'true' },
    svg('rect', { x: 5, y: 10, width: 38, height: 29, rx: 5 }),
    svg('circle', { cx: 16, cy: 20, r: 3.5 }),
    svg('path', { d: 'm6 35 11-9 8 6 8-10 10 11' }),
  );
