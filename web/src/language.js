// What the page says, in the reader's language.
import { roundHalfEven } from './evaluation/round.js';

const RIGHT_TO_LEFT = ['ar'];

export class Language {
  sentences;
  code;
  plurals;

  /**
   * @param {string} code - such as "de"
   * @param {any} sentences - key -> text with {placeholders}, or one for each plural category where a {count} decides
   */
  constructor(code, sentences) {
    Object.assign(this, { code, sentences, plurals: new Intl.PluralRules(code) });
    this.numbers = new Intl.NumberFormat(code, { numberingSystem: 'latn' });
    this.point = this.numbers.formatToParts(0.5).find(part => part.type === 'decimal').value;
  }

  /** Whether somebody whose own language it is has read it. */
  get reviewed() {
    return this.sentences.reviewed !== false;
  }

  get direction() {
    return RIGHT_TO_LEFT.includes(this.code) ? 'rtl' : 'ltr';
  }

  has(key) {
    return key in this.sentences;
  }

  /** Return a sentence with its placeholders filled; numbers among the values are written as this language does. */
  say(key, values = {}) {
    let text = this.sentences[key];
    if (text === undefined) throw new Error(`there is no sentence ${key} in ${this.code}`);
    if (typeof text === 'object') text = text[this.plurals.select(values.count)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the sentence ${key} needs ${name}`);
      return typeof value === 'number' ? this.whole(value) : value;
    });
  }

  /** A whole number, with its thousands apart. */
  whole(number) {
    return this.numbers.format(Math.round(number));
  }

  decimal(number) {
    return String(number).replace('.', this.point);
  }

  /** How many of 100 a share is, rounded as Python rounds. */
  hundredths(share) {
    return String(roundHalfEven(100 * share));
  }

  /** A share as a whole percentage. */
  percent(share) {
    return this.say('percent', { number: this.hundredths(share) });
  }

  /** A p-value with two significant digits, as Python's format `.2g`. */
  twoDigits(p) {
    return significant(p, 2).replace('.', this.point);
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
