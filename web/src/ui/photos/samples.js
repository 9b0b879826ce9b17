// Photos for those who have none at hand.
import { drawExample, drawTwo, EXAMPLES } from '../../examples.js';
import { button, element } from '../dom.js';

export class Samples {
  /**
   * @param {any} parts - project, language, adding
   * @param {HTMLElement} place - hidden as soon as there are photos
   */
  constructor({ project, language, adding }, place) {
    const choices = EXAMPLES.map(name => {
      const take = async () => adding.addByFolder(await drawExample(name, language));
      const choice = button('', take, { id: `example-${name}` });
      choice.append(...pictures(name), language.say(`examples.${name}`));
      return choice;
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

/** Two small pictures of a set, which appear when they are drawn. */
function pictures(name) {
  try {
    return drawTwo(name).map(drawing => {
      const picture = element('img', { alt: '' });
      drawing.then(blob => {
        picture.src = URL.createObjectURL(blob);
      });
      return picture;
    });
  } catch {
    return []; // an older browser has no such canvas
  }
}
