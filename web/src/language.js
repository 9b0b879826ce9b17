// What the page says, in the reader's language. The sentences are those that Python reads too.
import { roundHalfEven } from './evaluation/round.js';

export class Language {
  /**
   * @param {string} code - such as "de"
   * @param {object} sentences - key -> text with {placeholders}, or {one, other} where a {count} decides
   */
  constructor(code, sentences) {
    this.code = code;
    this.sentences = sentences;
  }

  has(key) {
    return key in this.sentences;
  }

  /** Return a sentence with its placeholders filled; numbers among the values are written as this language does. */
  say(key, values = {}) {
    let text = this.sentences[key];
    if (text === undefined) throw new Error(`there is no sentence ${key} in ${this.code}`);
    if (typeof text === 'object') text = values.count === 1 ? text.one : text.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the sentence ${key} needs ${name}`);
      return typeof value === 'number' ? this.whole(value) : value;
    });
  }

  /** A whole number, with its thousands apart. */
  whole(number) {
    return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, this.sentences.thousands);
  }

  decimal(number) {
    return String(number).replace('.', this.sentences.decimal);
  }

  /** A share as a whole percentage, rounded as Python rounds. */
  percent(share) {
    return `${roundHalfEven(100 * share)} %`;
  }

  /** A p-value with two significant digits, as Python's format `.2g`. */
  twoDigits(p) {
    return significant(p, 2).replace('.', this.sentences.decimal);
  }

  /** A time, to about what one would say. */
  time(seconds) {
    const round = Math.max(1, Math.round(seconds));
    if (round < 90) return this.say('time.seconds', { count: round });
    return this.say('time.minutes', { count: Math.round(seconds / 60) });
  }
}

/** Python's formats `.2g` and `.3g`, which round a tie to the even digit, and write small numbers with an exponent. */
export function significant(p, digits) {
  const exponent = p === 0 ? 0 : Math.floor(Math.log10(p));
  const scaled = p * 10 ** (digits - 1 - exponent);
  const exact = Number.isInteger(p * 2 ** 20); // only such numbers can lie exactly in the middle
  const number = Number(
    exact && exponent > -4 && scaled % 1 === 0.5
      ? roundHalfEven(scaled) / 10 ** (digits - 1 - exponent)
      : Number(p.toPrecision(digits)),
  );
  if (number !== 0 && number < 1e-4) return number.toExponential().replace(/e-(\d)$/, 'e-0$1');
  return String(number);
}

/** Return the first of the reader's languages that there is; else the first there is. */
export function pickLanguage(all, wanted) {
  const code = wanted.map(tag => tag.toLowerCase().split('-')[0]).find(tag => tag in all) ?? Object.keys(all)[0];
  return new Language(code, all[code]);
}
