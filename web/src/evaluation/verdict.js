// Numbers to one sentence: catsex/evaluation/verdict.py, in any language that there is.
import { VERDICT } from '../constants.js';
import { AMONG } from './permutation_scheme.js';
import { TOGETHER } from './shortcuts.js';

const { STRICT, USUAL, ENOUGH_POWER, UNEVEN } = VERDICT;
const COMBINED = [TOGETHER, VERDICT.TOGETHER]; // the page's, and Python's

/** Return which of the four outcomes the numbers are. */
export function outcomeOf({ p_value: p, interval, chance, power, groups }) {
  if (p < STRICT && interval[0] > chance) return 'learnable';
  if (p < USUAL) return 'weak evidence';
  return power < ENOUGH_POWER || groups.smallest_p >= USUAL ? 'too few photos' : 'no evidence';
}

/**
 * Turn the numbers of an evaluation into words.
 * @param {any} numbers - named as in Python's results, with `good`
 * @param {import('../language.js').Language} language
 * @param {boolean} onPage - whether to say what to do on the page, not in Python
 * @returns {{outcome: string, sentence: string, remarks: string[]}}
 */
export function judge(numbers, language, onPage = false) {
  const { interval, chance, power, good, groups } = numbers;
  const outcome = outcomeOf(numbers);
  const sentence = language.say('sentence', {
    opening: language.say(`opening.${outcome}`, { names: namesOf(numbers.class_names, language) }),
    accuracy: language.percent(numbers.accuracy),
    low: language.hundredths(interval[0]),
    high: language.percent(interval[1]),
    chance: language.percent(chance),
    p: language.twoDigits(numbers.p_value),
  });
  const found = outcome === 'learnable' || outcome === 'weak evidence';
  const where = onPage ? '.page' : '';
  const remarks = [language.say(`remark.${outcome}`)];
  if (groups.smallest_p >= USUAL) remarks.push(outOfReach(groups, language));
  else if (!found) {
    const shares = { detectable: numbers.detectable_accuracy, good, power };
    for (const name of Object.keys(shares)) shares[name] = language.percent(shares[name]);
    remarks.push(language.say('remark.power', shares));
  }
  if (!groups.known) remarks.push(language.say(`remark.subjects${where}`));
  remarks.push(
    ...missed(numbers, language),
    ...nearThreshold(numbers, language, where),
    ...shortcutRemark(numbers, language),
  );
  return { outcome, sentence, remarks };
}

/** Say that so few groups cannot show anything, and how many could. */
function outOfReach({ permutation_scheme: scheme, per_class: perClass, number, needed, smallest_p: p }, language) {
  const among = scheme === AMONG;
  return language.say(`remark.out of reach.${among ? 'among' : 'within'}`, {
    counts: among ? perClass.join(language.say('and')) : String(number),
    needed: String(needed),
    p: language.twoDigits(p),
  });
}

/** Say so if another draw of permutations could have put p on the other side of a threshold. */
function nearThreshold({ p_value: p, permutations }, language, where) {
  const error = 1.96 * Math.sqrt((p * (1 - p)) / permutations);
  const threshold = [STRICT, USUAL].find(value => Math.abs(p - value) <= error);
  return threshold === undefined
    ? []
    : [
        language.say(`remark.near${where}`, {
          threshold: language.decimal(threshold),
          permutations: String(permutations),
        }),
      ];
}

/** Say so if one class is mostly missed while another is not. */
function missed({ class_names: names, confusion, photos_of: photos, chance, accuracy }, language) {
  const shares = confusion.map((row, c) => row[c]);
  const low = Math.min(...shares);
  const high = Math.max(...shares);
  if (low >= Math.max(chance, accuracy / 2) || high - low < UNEVEN) return [];
  const worst = shares.indexOf(low);
  const best = shares.indexOf(high);
  return [
    language.say('remark.missed', {
      worst: names[worst],
      share: language.percent(low),
      number: String(photos[worst]),
      best: names[best],
      best_share: language.percent(high),
      best_number: String(photos[best]),
    }),
  ];
}

/** Return the candidate shortcuts, the best three, that do about as well as the network, and not by chance; single ones. */
export function remarkableShortcuts({ shortcuts, accuracy, null_sd: spread }) {
  const combines = candidate => COMBINED.includes(candidate.name);
  const found = shortcuts
    .filter(candidate => candidate.corrected < USUAL && candidate.accuracy >= accuracy - spread)
    .sort((a, b) => +combines(a) - +combines(b) || b.accuracy - a.accuracy);
  const single = found.slice(0, 3).filter(candidate => !combines(candidate));
  return single.length ? single : found.slice(0, 1);
}

/** Say so if there are such shortcuts. */
function shortcutRemark(numbers, language) {
  const [first, ...others] = remarkableShortcuts(numbers);
  if (!first) return [];
  const said = ({ name: features, accuracy: right, p_value: p }) => ({
    features: language.has(`shortcut.${features}`) ? language.say(`shortcut.${features}`) : features,
    accuracy: language.percent(right),
    p: language.twoDigits(p),
  });
  const more = others.map(candidate => language.say('remark.shortcut.more', said(candidate))).join('');
  return [language.say('remark.shortcut', { ...said(first), more })];
}

function namesOf(names, language) {
  if (names.length === 2) return language.say('names.two', { first: names[0], last: names[1] });
  if (names.length > 6) return language.say('names.many', { count: String(names.length) });
  return language.say('names.some', { first: names.slice(0, -1).join(', '), last: names.at(-1) });
}
