// Whatever is chosen, dropped or pasted comes to its kind: photos, folders, zips and saved projects.
import { addFiles, byFolder, resume } from '../../looking.js';
import { openProject, projectTrouble } from '../../take/project_file.js';
import { button, colourOf, element } from '../dom.js';
import { filesOf, named } from './dropped.js';

const SAY_FROM = 3; // seconds left, from which on that is said

export class Adding {
  project;
  language;
  nameOf;
  messages;
  bar;
  busy;
  opened;

  /** @param {any} parts - project, language, nameOf (of a kind), lookers, store, messages, bar, opened */
  constructor(parts) {
    Object.assign(this, parts, { busy: 0 });
    this.question = element('h2');
    this.kinds = element('div', { className: 'column' });
    this.dialog = element('dialog', { id: 'where' }, this.question, this.kinds);
    document.body.append(this.dialog);
    // A photo that is let go beside the boxes would else be opened in place of the page.
    addEventListener('dragover', event => event.preventDefault());
    addEventListener('drop', event => {
      event.preventDefault();
      this.takeTransfer(event.dataTransfer);
    });
    addEventListener('paste', async event => {
      /** @type {HTMLElement} */
      const box = document.activeElement?.closest?.('.kind');
      const entries = await filesOf(event.clipboardData);
      if (entries.length) await this.take(named(entries), box && this.project.kind(Number(box.dataset.kind)));
    });
  }

  async takeTransfer(transfer, kind) {
    const entries = await filesOf(transfer);
    await this.take(entries, kind);
  }

  /**
   * @param {{path: string, file: File}[]} entries
   * @param {any} [kind] - where all photos belong; else each folder is a kind, and others are asked for
   */
  async take(entries, kind) {
    if (document.querySelector('main').inert) return; // another tab changes the project
    const isZip = ({ file }) => /\.(zip|tflite)$/i.test(file.name) || file.type === 'application/zip';
    for (const { file } of entries.filter(isZip)) await this.openZip(file, kind);
    const photos = entries.filter(entry => !isZip(entry));
    if (!photos.length) return;
    if (kind) return this.add(withoutHidden(photos), kind);
    await this.addByFolder(byFolder(photos));
    await this.addLoose(photos.filter(({ path }) => !path.includes('/')).map(({ file }) => file));
  }

  /** Add photos that lie in no folder to the kind that is chosen. */
  async addLoose(files, own) {
    if (!files.length) return;
    const kind = await this.where(files.length);
    if (kind) await this.add(files, kind, own);
  }

  /** Ask which kind photos belong to. @returns {Promise<object|null>} null if none is chosen */
  where(count) {
    const { project, language, nameOf, dialog } = this;
    this.question.textContent = language.say('where.title', { count });
    return new Promise(resolve => {
      const choose = kind => {
        dialog.onclose = null;
        dialog.close();
        resolve(kind);
      };
      dialog.onclose = () => resolve(null);
      this.kinds.replaceChildren(
        ...project.kinds.map(kind =>
          button(nameOf(kind), () => choose(kind), { className: `choice ${colourOf(kind)}` }),
        ),
        button(language.say('kinds.add'), () => choose(project.addKind()), { className: 'choice' }),
        button(language.say('close'), () => dialog.close()),
      );
      dialog.showModal();
    });
  }

  /** Look at files and add them to a kind. */
  add(files, kind, own) {
    return this.look(progress => addFiles(this, files, kind, progress, own));
  }

  /** Go on with files that were given before the page was closed, as the store has them. */
  resume(waiting) {
    return waiting.length ? this.look(progress => resume(this, waiting, progress)) : null;
  }

  /** Say how it goes while files are looked at, and then what is wrong with some. */
  async look(run) {
    const { language, messages, bar } = this;
    const started = performance.now();
    this.busy += 1;
    const { trouble, failed } = await run(({ done, count }) => {
      const left = ((performance.now() - started) / 1000 / done) * (count - done);
      const time = left > SAY_FROM ? `, ${language.say('photos.left', { time: language.time(left) })}` : '';
      bar.work(language.say('photos.looked', { done, count }) + time, done / count);
    });
    this.busy -= 1;
    if (!this.busy) bar.work();
    messages.trouble('trouble.files', trouble);
    messages.trouble('trouble.loading', failed);
  }

  async addByFolder(folders, own) {
    const { project } = this;
    for (const [name, files] of folders) {
      const kind =
        project.kinds.find(k => k.name === name) ??
        project.kinds.find(k => !k.name && !project.of(k).length) ??
        project.addKind(name);
      kind.name = name;
      await this.add(files, kind, own);
    }
  }

  /** Open a saved project or model, a zip with a folder for each kind, or one of photos, which come to one kind. */
  async openZip(file, kind) {
    const { project, messages, language } = this;
    const failed = key => messages.trouble('trouble.project', [language.say(key)], { name: file.name });
    let opened;
    try {
      opened = await openProject(file);
    } catch (error) {
      return failed(projectTrouble(error));
    }
    const { folders, loose, own, grouping, model } = opened;
    if (!folders.size && !loose.length) return this.opened.show(model).catch(() => failed('opened.other'));
    await this.addByFolder(folders, own);
    if (kind) await this.add(loose, kind, own);
    else await this.addLoose(loose, own);
    if (grouping) project.grouping = grouping;
    project.changed();
  }
}

/** Leave out what systems put into folders; a file that was named by itself stays. */
const withoutHidden = entries =>
  entries
    .filter(({ path }) => !path.includes('/') || !/(^|\/)(\.|__MACOSX|thumbs\.db$|desktop\.ini$)/i.test(path))
    .map(({ file }) => file);
