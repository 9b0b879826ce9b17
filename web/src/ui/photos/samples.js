// Photos for those who have none at hand.
import { drawExample, EXAMPLES } from '../../examples.js';
import { button, element } from '../dom.js';

export class Samples {
  /**
   * @param {any} parts - project, language, adding
   * @param {HTMLElement} place - hidden as soon as there are photos
   */
  constructor({ project, language, adding }, place) {
    const choices = EXAMPLES.map(name => {
      const take = async () => adding.addByFolder(await drawExample(name, language));
      return button(language.say(`examples.${name}`), take, { id: `example-${name}` });
    });
    place.append(
      element('p', { textContent: language.say('examples.title') }),
      element('div', { className: 'row' }, ...choices),
    );
    const offer = () => {
      place.hidden = project.photos.length > 0;
    };
    project.addEventListener('change', offer);
    offer();
  }
}
