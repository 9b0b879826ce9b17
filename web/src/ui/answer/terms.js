// Words that are explained where they stand, by a tap: <held>, <chance> and <p> in a sentence.
import { button, element } from '../dom.js';

let number = 0;

/**
 * @param {string} text - a sentence
 * @param {import('../../language.js').Language} language - which has "term.held", "term.chance" and "term.p"
 * @returns {Node[]} the sentence with its terms as buttons, and the place where one is explained
 */
export function explained(text, language) {
  const place = element('span', { className: 'explained', id: `term-${++number}`, hidden: true });
  const terms = [];
  const show = (term, made) => {
    const open = made.getAttribute('aria-expanded') !== 'true';
    for (const other of terms) other.setAttribute('aria-expanded', 'false');
    made.setAttribute('aria-expanded', String(open));
    place.hidden = !open;
    place.textContent = language.say(`term.${term}`);
  };
  const parts = text.split(/<(\w+)>(.*?)<\/\1>/); // before, term, its word, between, term, its word, …, after
  const nodes = parts.flatMap((part, i) => {
    if (i % 3 === 0) return [part];
    if (i % 3 === 1) return [];
    const made = button(part, () => show(parts[i - 1], made), { className: 'term', data: { term: parts[i - 1] } });
    made.setAttribute('aria-expanded', 'false');
    made.setAttribute('aria-controls', place.id);
    terms.push(made);
    return [made];
  });
  return [...nodes, place];
}
