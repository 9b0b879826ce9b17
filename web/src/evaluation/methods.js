// What was done, as a paragraph for a paper, and the sources that it names: catsex/evaluation/methods.py, of its own
// texts.

import { BATCH_SIZE, EPOCHS, LEARNING_RATE } from '../constants.js';
import { significant } from '../language.js';
import { roundHalfEven } from './round.js';

/**
 * Describe an evaluation in the past tense, in English.
 * @param {{texts: any, bibliography: string}} paper - `methods` of sentences.en.json, and references.bib
 * @param {any} results - as `evaluate` returns them, with `seed` and `reviewed`
 * @param {number} features - how many a photo has
 * @param {string} software
 * @returns {{methods: string, references: string}} the second in BibTeX, a blank line between entries
 */
export function describe({ texts, bibliography }, results, features, software) {
  const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const { groups, duplicates, folds, repeats, seed, reviewed } = results;
  const number = results.photos.length;
  const moments = (results.bursts ?? []).length + (results.frames ?? []).length;
  const classes = results.class_names
    .map(name => `${results.photos.filter(photo => photo.class === name).length} ${name}`)
    .join(', ');
  const said = [
    say('photographs', { number, subjects: groups.known ? say('subjects', groups) : '', classes, features }),
    reviewed && say('reviewed', { number: reviewed }),
    say('training', { epochs: EPOCHS, rate: significant(LEARNING_RATE, 3), batch: BATCH_SIZE }),
    say('cross-validation', { folds, repeats, by: groups.known ? say('by subject') : '' }),
    duplicates.length && say('alike', { number: duplicates.length }),
    moments && say('moments', { number: moments }),
    say('statistic'),
    say('test', { observed: oneDecimal(results.observed), made: thousands(results.permutations) }),
    groups.number < number && say('permuted', { how: groups.permutation_scheme }),
    found(say, results),
    say('software', { seed, software }),
  ];
  return cite(said.filter(Boolean).join(' '), bibliography.trim().split('\n\n'), texts);
}

/** Say what was found. */
function found(say, results) {
  const [low, high] = results.interval;
  const { accuracy, chance, null_mean: mean, null_sd: deviation } = results;
  const shares = Object.entries({ accuracy, chance, low, high, mean, deviation }).map(([name, share]) => [
    name,
    oneDecimal(100 * share),
  ]);
  const unit = results.groups.known ? 'subjects' : 'examples';
  return say('result', { unit, p: significant(results.p_value, 3), ...Object.fromEntries(shares) });
}

/** Put names of sources in place of their keys, and pick the entries of those. */
function cite(text, entries, texts) {
  const keyOf = entry => /\{(\w+),/.exec(entry)[1];
  const used = entries.filter(entry => text.includes(`[${keyOf(entry)}]`));
  const methods = used
    .map(keyOf)
    .reduce((so, key) => so.replaceAll(`[${key}]`, () => `(${texts[`cited.${key}`]})`), text);
  return { methods, references: used.join('\n\n') };
}

const thousands = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** Python's format `.1f`; only quarters can lie exactly in the middle, and go to the even digit. */
const oneDecimal = number => (Number.isInteger(4 * number) ? roundHalfEven(10 * number) / 10 : number).toFixed(1);
