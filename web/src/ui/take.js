// What can be taken along: the model, the numbers, the photos; and forgetting it all.
import { networkFile } from '../built.js';
import { example, modelMembers, saveModel } from '../take/model_file.js';
import { saveProject } from '../take/project_file.js';
import { resultsFile } from '../take/results_file.js';
import { button, element, fileButton, save } from './dom.js';

export class Take {
  project;
  language;
  messages;
  asked;
  english;
  nameOf;
  store;

  /**
   * @param {any} parts - project, language, english, nameOf (of a kind), asked, adding, store, messages
   * @param {HTMLElement} panel - for what belongs to an answer
   * @param {HTMLElement} files - for what belongs to the photos
   */
  constructor(parts, panel, files) {
    Object.assign(this, parts);
    const { language, project, adding } = parts;
    const say = key => language.say(key);
    const item = (key, id, act) => button(say(key), () => this.do(act), { id });
    this.status = element('p', { className: 'hint' });
    panel.append(
      element(
        'div',
        { className: 'row' },
        item('take.model', 'save-model', () => this.model()),
        item('take.example', 'save-example', () => this.example()),
        item('take.results', 'save-results', () => this.results()),
        item('take.print', 'print', () => print()),
      ),
      element('p', { className: 'hint', textContent: say('take.advice') }),
    );
    this.projectButton = item('take.project', 'save-project', () => this.photos());
    this.forgetButton = button(say('take.forget'), () => this.sure.showModal(), { id: 'forget' });
    this.sure = element(
      'dialog',
      { id: 'sure', aria: { label: say('take.forget') } },
      element('h2', { textContent: say('take.forget.sure') }),
      element(
        'div',
        { className: 'row' },
        button(say('take.yes'), () => this.forget(), { id: 'forget-yes' }),
        button(say('take.no'), () => this.sure.close()),
      ),
    );
    document.body.append(this.sure);
    const take = list => adding.take(list.map(file => ({ path: file.webkitRelativePath || file.name, file })));
    files.append(
      fileButton(say('kinds.folder'), take, { id: 'tree', webkitdirectory: true, multiple: true }),
      fileButton(say('kinds.project'), take, { id: 'open', accept: '.zip,.tflite', multiple: true }),
      this.projectButton,
      this.forgetButton,
      this.status,
    );
    project.addEventListener('change', () => this.offer());
    this.offer();
  }

  offer() {
    const some = this.project.photos.some(photo => !photo.out);
    this.projectButton.hidden = !some;
    this.forgetButton.hidden = !this.project.photos.length;
  }

  async do(act) {
    this.status.textContent = this.language.say('take.wait');
    try {
      await act();
    } catch (error) {
      this.messages.trouble('trouble.save', [error.message]);
    }
    this.status.textContent = '';
  }

  network() {
    return fetch(networkFile('json')).then(response => response.json());
  }

  async model() {
    const network = await fetch(networkFile('tflite')).then(response => response.arrayBuffer());
    const places = await this.network();
    save(await saveModel(network, places, this.asked.answer, this.origin(places)), 'model.tflite');
  }

  /** What a model says of itself. */
  origin(places) {
    const { sentence } = resultsFile(this.asked.answer, this.english, places);
    return { data: 'the page', seed: this.asked.answer.results.seed, sentence, fingerprint: places.fingerprint };
  }

  example() {
    save(example(this.asked.answer.head.classNames), 'example.py', 'text/x-python');
  }

  async results() {
    const results = resultsFile(this.asked.answer, this.english, await this.network());
    save(`${JSON.stringify(results, null, 2)}\n`, 'results.json', 'application/json');
  }

  async photos() {
    const { answer } = this.asked;
    const model = answer ? modelMembers(answer, this.origin(await this.network())) : [];
    save(await saveProject(this.project, this.nameOf, photo => this.store.file(photo), model), 'project.zip');
  }

  async forget() {
    await this.store.forget();
    this.project.clear();
    location.reload();
  }
}
