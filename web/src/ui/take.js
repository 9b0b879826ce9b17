// Step 4: the model, the numbers, the photos; and forgetting it all.
import { example, saveModel } from '../take/model_file.js';
import { saveProject } from '../take/project_file.js';
import { resultsFile } from '../take/results_file.js';
import { button, element, save } from './dom.js';

export class Take {
  constructor(page, section, asked) {
    Object.assign(this, { page, asked });
    const { language, project } = page;
    const say = (key, values) => language.say(key, values);
    this.status = element('p', { aria: { role: 'status' } });
    const item = (key, id, act) => button(say(key), () => this.do(act), { id });
    this.answered = [
      item('take.model', 'save-model', () => this.model()),
      item('take.example', 'save-example', () => this.example()),
      item('take.results', 'save-results', () => this.results()),
      item('take.print', 'print', () => window.print()),
    ];
    this.projectButton = item('take.project', 'save-project', () => this.project());
    this.sure = element(
      'div',
      { className: 'notice', hidden: true },
      element('span', { textContent: say('take.forget.sure') }),
      button(say('take.yes'), () => this.do(() => this.forget()), { id: 'forget-yes' }),
      button(say('take.no'), () => {
        this.sure.hidden = true;
        this.forgetButton.focus();
      }),
    );
    this.forgetButton = button(
      say('take.forget'),
      () => {
        this.sure.hidden = false;
        this.sure.querySelector('button').focus();
      },
      { id: 'forget' },
    );
    section.append(
      element('p', { className: 'row' }, ...this.answered, this.projectButton),
      element('p', { className: 'hint', textContent: say('take.advice') }),
      element('p', { className: 'row' }, this.forgetButton),
      this.sure,
      this.status,
    );
    project.addEventListener('change', () => this.offer());
    asked.addEventListener('answer', () => this.offer());
    this.offer();
  }

  offer() {
    for (const item of this.answered) item.disabled = !this.asked.answer;
    this.projectButton.disabled = !this.page.project.photos.some(photo => !photo.out);
  }

  async do(act) {
    this.status.textContent = this.page.language.say('take.wait');
    try {
      this.status.textContent = (await act()) ?? '';
    } catch (error) {
      this.status.textContent = this.page.language.say('ask.failed', { reason: error.message });
    }
  }

  async model() {
    const { results, head } = this.asked.answer;
    const { english } = this.page;
    const [network, places] = await Promise.all([
      fetch('mobilenetv2.tflite').then(r => r.arrayBuffer()),
      this.page.network(),
    ]);
    const { sentence } = resultsFile(this.asked.answer, english, places);
    save(
      await saveModel(network, places, head, {
        data: 'the page',
        seed: results.seed,
        sentence,
        fingerprint: places.fingerprint,
      }),
      'model.tflite',
    );
  }

  example() {
    save(example(this.asked.answer.head.classNames), 'example.py', 'text/x-python');
  }

  async results() {
    save(
      `${JSON.stringify(resultsFile(this.asked.answer, this.page.english, await this.page.network()), null, 2)}\n`,
      'results.json',
      'application/json',
    );
  }

  async project() {
    save(await saveProject(this.page.project, this.page.nameOf), 'project.zip');
  }

  async forget() {
    await this.page.store.forget();
    this.page.project.clear();
    this.asked.answer = null;
    location.reload();
    return this.page.language.say('take.forgotten');
  }
}
