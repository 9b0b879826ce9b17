// Numbers to one sentence: catsex/evaluation/verdict.py, in any language that sentences.json has.

const STRICT = 0.01, USUAL = 0.05, ENOUGH_POWER = 0.8;

/** Return which of the four outcomes the numbers are. */
export function outcomeOf({ p_value: p, interval, chance, power }) {
  if (p < STRICT && interval[0] > chance) return 'learnable';
  if (p < USUAL) return 'weak evidence';
  return power < ENOUGH_POWER ? 'too few photos' : 'no evidence';
}

/**
 * Turn the numbers of an evaluation into words.
 * @param {object} numbers - named as in Python's results, with `good` and `shortcuts`
 * @param {Language} language
 * @returns {{outcome: string, sentence: string, remarks: string[]}}
 */
export function judge(numbers, language) {
  const { accuracy, interval, p_value: p, chance, detectable_accuracy: detectable, power, good } = numbers;
  const outcome = outcomeOf(numbers), names = namesOf(numbers.class_names, language);
  const sentence = language.say('sentence', {
    opening: language.say(`opening.${outcome}`, { names }), accuracy: language.percent(accuracy),
    low: language.percent(interval[0]).replace(/\s*%$/, ''), high: language.percent(interval[1]),
    chance: language.percent(chance), p: language.twoDigits(p),
  });
  const remarks = [language.say(`remark.${outcome}`)];
  if (outcome === 'no evidence' || outcome === 'too few photos') {
    const shares = { detectable, good, power };
    for (const name of Object.keys(shares)) shares[name] = language.percent(shares[name]);
    remarks.push(language.say('remark.power', shares));
  }
  remarks.push(...nearThreshold(p, numbers.permutations, language), ...shortcutRemark(numbers, language));
  return { outcome, sentence, remarks };
}

/** Say so if another draw of permutations could have put p on the other side of a threshold. */
function nearThreshold(p, permutations, language) {
  const error = 1.96 * Math.sqrt(p * (1 - p) / permutations);
  const threshold = [STRICT, USUAL].find(value => Math.abs(p - value) <= error);
  return threshold === undefined ? []
    : [language.say('remark.near', { threshold: language.decimal(threshold), permutations: String(permutations) })];
}

/** Say so if trivial features do about as well as the network, and not by luck (Bonferroni over their sets). */
function shortcutRemark({ shortcuts, accuracy, null_sd: spread }, language) {
  if (!shortcuts.length) return [];
  const best = shortcuts.reduce((first, other) => (other.accuracy > first.accuracy ? other : first));
  if (best.p_value * shortcuts.length >= USUAL || best.accuracy < accuracy - spread) return [];
  return [language.say('remark.shortcut', {
    features: language.has(`shortcut.${best.features}`) ? language.say(`shortcut.${best.features}`) : best.features,
    accuracy: language.percent(best.accuracy), p: language.twoDigits(best.p_value),
  })];
}

function namesOf(names, language) {
  if (names.length === 2) return language.say('names.two', { first: names[0], last: names[1] });
  if (names.length > 6) return language.say('names.many', { count: String(names.length) });
  return language.say('names.some', { first: names.slice(0, -1).join(', '), last: names.at(-1) });
}
