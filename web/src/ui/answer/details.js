// How an answer was worked out: in plain words, in those of science, and all that was found beside it.
import { judge } from '../../evaluation/verdict.js';
import { element } from '../dom.js';
import { shortcutName } from './card.js';
import { confusion, curve } from './charts.js';

const PAIRS = 10; // of photos that are named
const KINDS = 12; // at most, of which it is drawn what is taken for what

/** Keep numbers and their units on one line. */
const typeset = text => text.replaceAll(' %', '\u00a0%').replaceAll('p = ', 'p\u00a0=\u00a0');

const title = textContent => element('h3', { textContent });

/** Would more photos help? */
export function curveDetails({ results }, language) {
  const said = language.say(results.still_rising ? 'curve.rising' : 'curve.flat');
  return [element('p', { textContent: said }), curve(results.learning_curve, results.chance, language)];
}

/** How is this worked out? */
export function howDetails(answer, language) {
  const { results, kinds } = answer;
  const { sentence, remarks } = judge(results, language, true);
  const say = key => language.say(key);
  const taken =
    kinds.length > KINDS
      ? []
      : [title(say('confusion.title')), confusion(results.confusion, results.class_names, kinds, language)];
  return [
    element('p', { textContent: say('how.text') }),
    title(say('how.exact')),
    element('p', { id: 'exact', textContent: typeset(sentence) }),
    ...remarks.map(text => element('p', { className: 'remark', textContent: typeset(text) })),
    ...taken,
    title(say('shortcuts.title')),
    shortcuts(results, language),
    ...['duplicates', 'bursts', 'frames'].map(kind => alike(kind, results[kind] ?? [], language)),
    paper(results, language),
  ];
}

function shortcuts({ shortcuts: found }, language) {
  const cell = (tag, textContent, scope) => element(tag, scope ? { textContent, scope } : { textContent });
  const head = ['by', 'right', 'p'].map(key => cell('th', language.say(`shortcuts.${key}`), 'col'));
  const rows = found.map(({ name, accuracy, p_value: p }) =>
    element(
      'tr',
      {},
      cell('th', shortcutName(name, language), 'row'),
      cell('td', language.hundredths(accuracy)),
      cell('td', language.twoDigits(p)),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
  return element(
    'div',
    { className: 'scroll', tabIndex: 0, aria: { role: 'region', label: language.say('shortcuts.title') } },
    table,
  );
}

/** Name pairs of photos that were kept together. */
function alike(kind, pairs, language) {
  if (!pairs.length) return '';
  const list = pairs.slice(0, PAIRS).map(([a, b]) => element('li', { textContent: `${a}, ${b}` }));
  return element(
    'div',
    { id: kind },
    title(language.say(`alike.${kind}`, { count: pairs.length })),
    element('ul', {}, ...list),
  );
}

/** What to write in a paper: in English, whatever the page's language. */
function paper({ methods, references }, language) {
  return element(
    'details',
    { id: 'paper' },
    element('summary', { textContent: language.say('paper.title') }),
    element('p', { lang: 'en', dir: 'ltr', textContent: methods }),
    element('pre', { lang: 'en', dir: 'ltr', textContent: references }),
  );
}
