// Step 1: a box for each kind of photo.
import { addFiles, byFolder } from '../looking.js';
import { openProject } from '../take/project_file.js';
import { CameraDialog } from './camera.js';
import { button, element, fileButton } from './dom.js';

const SHOWN_TROUBLES = 5;
const REDRAW_AFTER = 150; // milliseconds

export class Collect {
  constructor(page, section) {
    Object.assign(this, {
      page,
      thumbs: new Map(),
      selected: new Set(),
      boxes: new Map(),
      camera: new CameraDialog(page, this),
    });
    const { language, project } = page;
    const say = (key, values) => language.say(key, values);
    this.grid = element('div', { id: 'kinds' });
    this.looked = element('p', { id: 'looked', aria: { role: 'status' } });
    this.bar = element('progress', { max: 1, value: 0, hidden: true, aria: { label: say('step.photos') } });
    this.trouble = element('p', { id: 'trouble', className: 'trouble', aria: { role: 'status' } });
    this.tools = element('div', { id: 'tools', className: 'row', hidden: true });
    this.undo = button(say('undo'), () => project.undo(), { id: 'undo', disabled: true });
    section.append(
      element('p', { className: 'hint', textContent: say('photos.advice') }),
      this.grid,
      this.tools,
      element(
        'p',
        { className: 'row' },
        button(say('kinds.add'), () => this.focusKind(project.addKind()), { id: 'add-kind' }),
        fileButton(say('kinds.folder'), files => this.addFolders(files), {
          id: 'tree',
          webkitdirectory: true,
          multiple: true,
        }),
        fileButton(say('kinds.project'), files => this.openProject(files[0]), { id: 'open', accept: '.zip' }),
        this.undo,
      ),
      this.looked,
      this.bar,
      this.trouble,
      this.grouping(),
    );
    project.addEventListener('change', () => {
      this.waiting ??= setTimeout(() => this.draw(), REDRAW_AFTER);
    });
    this.draw();
  }

  nameOf(kind) {
    const number = this.page.project.kinds.indexOf(kind) + 1;
    return kind.name.trim() || this.page.language.say('kind.default', { number });
  }

  focusKind(kind) {
    this.draw();
    this.boxes.get(kind.id).title.focus();
  }

  draw() {
    clearTimeout(this.waiting);
    this.waiting = null;
    const { project } = this.page;
    for (const photo of this.selected) if (photo.out || !project.photos.includes(photo)) this.selected.delete(photo);
    for (const id of this.boxes.keys()) if (!project.kind(id)) this.boxes.delete(id);
    const boxes = project.kinds.map(kind => this.box(kind));
    if (boxes.length !== this.grid.children.length || boxes.some((box, i) => box !== this.grid.children[i]))
      this.grid.replaceChildren(...boxes);
    for (const kind of project.kinds) this.fill(kind);
    this.undo.disabled = !project.history.length;
    this.drawTools();
    this.drawGroups();
    if (!this.busy) this.looked.textContent = '';
  }

  box(kind) {
    const known = this.boxes.get(kind.id);
    if (known) return known.box;
    const { language, project } = this.page;
    const number = project.kinds.indexOf(kind) + 1;
    const say = (key, values) => language.say(key, values);
    const title = element('input', {
      type: 'text',
      value: kind.name,
      placeholder: say('kind.default', { number }),
      maxLength: 60,
      aria: { label: say('kind.name', { number }) },
      on: {
        input: () => {
          kind.name = title.value;
          project.changed();
        },
      },
    });
    const count = element('p', { className: 'hint' });
    const thumbs = element('div', { className: 'thumbs', aria: { role: 'group' } });
    const box = element(
      'div',
      { className: 'kind', data: { kind: kind.id } },
      title,
      element(
        'p',
        { className: 'row' },
        fileButton(say('kind.add'), files => this.add(files, kind), { accept: 'image/*', multiple: true }),
        button(say('kind.camera'), () => this.camera.open(kind)),
        button('×', () => project.removeKind(kind), { title: say('kind.remove'), ariaLabel: say('kind.remove') }),
      ),
      count,
      thumbs,
    );
    box.addEventListener('dragover', event => {
      event.preventDefault();
      box.classList.add('over');
    });
    box.addEventListener('dragleave', () => box.classList.remove('over'));
    box.addEventListener('drop', event => this.drop(event, kind, box));
    this.boxes.set(kind.id, { box, title, count, thumbs });
    return box;
  }

  fill(kind) {
    const { language, project } = this.page;
    const { title, count, thumbs } = this.boxes.get(kind.id);
    const photos = project.of(kind);
    if (document.activeElement !== title && title.value !== kind.name) title.value = kind.name;
    count.textContent = photos.length
      ? language.say('kind.count', { count: photos.length })
      : language.say('kind.empty');
    thumbs.setAttribute('aria-label', language.say('kind.thumbs', { name: this.nameOf(kind) }));
    const wanted = photos.map(photo => this.thumb(photo));
    const there = thumbs.children;
    if (wanted.length !== there.length || wanted.some((item, i) => item !== there[i]))
      thumbs.replaceChildren(...wanted);
  }

  thumb(photo) {
    let made = this.thumbs.get(photo.sha256);
    if (!made) {
      const picture = element('img', {
        src: URL.createObjectURL(photo.thumbnail),
        alt: '',
        loading: 'lazy',
        draggable: false,
      });
      made = element(
        'button',
        {
          type: 'button',
          className: 'thumb',
          draggable: true,
          title: photo.name,
          on: {
            click: () => this.select(photo),
            dragstart: event => event.dataTransfer.setData('application/x-photo', photo.sha256),
            drop: event => this.dropOn(event, photo),
            dragover: event => event.preventDefault(),
          },
        },
        picture,
        element('span', { className: 'tag', hidden: true }),
      );
      this.thumbs.set(photo.sha256, made);
    }
    const group = this.page.project.groupOf(photo);
    const tag = made.lastChild;
    const name = group?.split(' ').slice(1).join(' ');
    made.setAttribute('aria-pressed', String(this.selected.has(photo)));
    made.setAttribute(
      'aria-label',
      group ? `${photo.name}, ${this.page.language.say('photo.grouped', { group: name })}` : photo.name,
    );
    tag.hidden = !group;
    tag.textContent = name ?? '';
    return made;
  }

  select(photo) {
    if (!this.selected.delete(photo)) this.selected.add(photo);
    this.thumb(photo);
    this.drawTools();
  }

  drawTools() {
    const { project, language } = this.page;
    const photos = [...this.selected];
    const say = (key, values) => language.say(key, values);
    this.tools.hidden = !photos.length;
    const act = change => () => {
      change();
      this.selected.clear();
      this.draw();
    };
    const items = photos.length
      ? [
          element('span', { textContent: say('select.count', { count: photos.length }) }),
          button(
            say('select.together'),
            act(() => project.join(photos)),
            { disabled: photos.length < 2 },
          ),
          button(
            say('select.apart'),
            act(() => project.separate(photos)),
          ),
          ...project.kinds.map(kind =>
            button(
              say('select.move', { name: this.nameOf(kind) }),
              act(() => project.move(photos, kind)),
            ),
          ),
          button(
            say('select.out'),
            act(() => project.leaveOut(photos)),
          ),
          button(
            say('select.none'),
            act(() => {}),
          ),
        ]
      : [];
    this.tools.replaceChildren(...items);
  }

  grouping() {
    const { language, project } = this.page;
    const choice = (value, key) =>
      element(
        'label',
        {},
        element('input', {
          type: 'radio',
          name: 'grouping',
          value,
          checked: project.grouping === value,
          on: {
            change: () => {
              project.grouping = value;
              project.changed();
            },
          },
        }),
        language.say(key),
      );
    this.groupsFound = element('p', { className: 'hint' });
    this.groupChoices = element(
      'fieldset',
      {},
      element('legend', { textContent: language.say('groups.title') }),
      element('p', { className: 'hint', textContent: language.say('groups.why') }),
      choice('none', 'groups.none'),
      choice('given', 'groups.given'),
      choice('names', 'groups.names'),
      this.groupsFound,
    );
    return this.groupChoices;
  }

  drawGroups() {
    const { language, project } = this.page;
    const sizes = new Map();
    for (const radio of this.groupChoices.querySelectorAll('input')) radio.checked = radio.value === project.grouping;
    for (const photo of project.photos) {
      const group = photo.out ? null : project.groupOf(photo);
      if (group) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    }
    const count = [...sizes.values()].reduce((a, b) => a + b, 0);
    const names = [...sizes.keys()].map(name => name.split(' ').slice(1).join(' '));
    const shown = `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`;
    this.groupsFound.textContent = count
      ? language.say('groups.found', { count, groups: sizes.size, names: shown })
      : project.grouping === 'names' && project.photos.length
        ? language.say('groups.found.none')
        : '';
  }

  drop(event, kind, box) {
    event.preventDefault();
    box.classList.remove('over');
    const photo = this.dragged(event);
    if (photo) this.page.project.move([photo], kind);
    else if (event.dataTransfer.files.length) this.add([...event.dataTransfer.files], kind);
  }

  dropOn(event, photo) {
    const other = this.dragged(event);
    if (!other || other === photo || other.kind !== photo.kind) return; // the box takes it
    event.preventDefault();
    event.stopPropagation();
    this.page.project.join([photo, other]);
  }

  dragged(event) {
    const sha256 = event.dataTransfer.getData('application/x-photo');
    return this.page.project.photos.find(photo => photo.sha256 === sha256);
  }

  /** Look at files and add them to a kind. */
  async add(files, kind, own) {
    const { language } = this.page;
    const started = performance.now();
    this.busy = (this.busy ?? 0) + 1;
    this.bar.hidden = false;
    const trouble = await addFiles(
      this.page,
      files,
      kind,
      ({ done, count }) => {
        this.bar.value = done / count;
        const left = ((performance.now() - started) / 1000 / done) * (count - done);
        const time = left > 3 ? `, ${language.say('photos.left', { time: language.time(left) })}` : '';
        this.looked.textContent = language.say('photos.looked', { done, count }) + time;
      },
      own,
    );
    this.busy -= 1;
    this.bar.hidden = !this.busy;
    this.showTrouble(trouble);
    this.draw();
  }

  showTrouble(trouble) {
    const { language } = this.page;
    const more = trouble.length - SHOWN_TROUBLES;
    this.trouble.textContent = !trouble.length
      ? ''
      : [
          language.say('photos.trouble', { count: trouble.length }),
          ...trouble.slice(0, SHOWN_TROUBLES),
          ...(more > 0 ? [language.say('photos.more', { count: more })] : []),
        ].join('\n');
  }

  /** Add a folder for each kind, as the browser's choice of folders gives them. */
  async addFolders(files) {
    await this.addByFolder(byFolder(files.map(file => ({ path: file.webkitRelativePath, file }))));
  }

  async addByFolder(folders, own) {
    const { project } = this.page;
    for (const [name, files] of folders) {
      const kind =
        project.kinds.find(k => k.name === name) ??
        project.kinds.find(k => !k.name && !project.of(k).length) ??
        project.addKind(name);
      kind.name = name;
      await this.add(files, kind, own);
    }
  }

  async openProject(file) {
    try {
      const { folders, own, grouping } = await openProject(file);
      await this.addByFolder(folders, own);
      this.page.project.grouping = grouping;
      this.page.project.changed();
    } catch (error) {
      this.showTrouble([this.page.language.say('project.wrong', { name: file.name, reason: error.message })]);
    }
  }
}
