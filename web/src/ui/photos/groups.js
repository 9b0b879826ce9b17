// Which photos show the same animal or thing: folded away until it is asked for, or until names or times suggest it.
import { subjectOf } from '../../evaluation/groups.js';
import { element } from '../dom.js';

const SHOWN = 8; // names
const BURST = 5; // seconds between two photos of one camera

export class Groups {
  language;
  project;

  /**
   * @param {any} parts - project, language
   * @param {HTMLElement} place
   */
  constructor({ project, language }, place) {
    Object.assign(this, { project, language, suggested: false });
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
        element('span', { textContent: language.say(key) }),
      );
    this.why = element('p', { className: 'hint' });
    this.found = element('p', { className: 'hint' });
    this.choices = element(
      'fieldset',
      {},
      element('legend', { textContent: language.say('groups.title') }),
      choice('none', 'groups.none'),
      choice('given', 'groups.given'),
      choice('names', 'groups.names'),
    );
    this.details = element(
      'details',
      { id: 'groups' },
      element('summary', { textContent: language.say('groups.title') }),
      element('div', {}, this.why, this.choices, this.found),
    );
    place.append(this.details);
    project.addEventListener('change', () => this.draw());
    this.draw();
  }

  draw() {
    const { language, project } = this;
    const sizes = new Map();
    for (const radio of this.choices.querySelectorAll('input')) radio.checked = radio.value === project.grouping;
    for (const photo of project.photos) {
      const group = photo.out ? null : project.groupOf(photo);
      if (group) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    }
    const count = [...sizes.values()].reduce((a, b) => a + b, 0);
    const names = [...sizes.keys()].map(name => name.split(' ').slice(1).join(' '));
    const none = project.grouping === 'names' && project.photos.length ? language.say('groups.found.none') : '';
    this.found.textContent = count ? language.say('groups.found', { count, names: short(names) }) : none;
    const suggestion = project.grouping === '' ? this.suggestion() : '';
    this.why.textContent = [suggestion, language.say('groups.why')].filter(Boolean).join(' ');
    if (suggestion && !this.suggested) {
      this.suggested = true; // once: who folds it away again is left in peace
      this.details.open = true;
    }
  }

  /** What speaks for photos of the same one: names such as tom_1 and tom_2, or times close together. */
  suggestion() {
    const { project, language } = this;
    const names = project.kinds.flatMap(kind => subjectsAmong(project.of(kind)));
    if (names.length) return language.say('groups.suggest.names', { names: short(names) });
    const taken = project.photos
      .filter(photo => !photo.out && photo.taken)
      .map(photo => photo.taken)
      .sort((a, b) => a.camera.localeCompare(b.camera) || a.seconds - b.seconds);
    const close = taken.some((now, i) => {
      const before = taken[i - 1];
      return before && before.camera === now.camera && now.seconds - before.seconds <= BURST;
    });
    return close ? language.say('groups.suggest.times') : '';
  }
}

/** The subjects that names of photos of a kind tell of, if they are several, and of one of them there are several photos. */
function subjectsAmong(photos) {
  const counts = new Map();
  for (const photo of photos) {
    const subject = subjectOf(photo.name);
    if (subject) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return counts.size > 1 ? [...counts].filter(([, count]) => count > 1).map(([name]) => name) : [];
}

const short = names => `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ' …' : ''}`;
