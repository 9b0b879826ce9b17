// The meter that stays true however often one looks: catsex/evaluation/sequential/betting.py, number for number. Each new
// pair of photos, one of each class, is put to ridge regression on the earlier ones: which is which? With nothing to
// learn that is a fair coin, and the capital of somebody who bets on the guesses seldom grows (Ville 1939; Shafer 2021).
import { BETTING } from '../constants.js';
import { mean } from './metrics.js';
import { cholesky, dot, substitute } from './solve.js';

const { STEEPNESS, PENALTY, SEEN_FOR_HALF, GROWTH, MOST_KNOWN, TIE } = BETTING;

const sum = list => list.reduce((a, b) => a + b, 0);

/** @returns {Float64Array[]} the products of rows from which their mean is subtracted, of the lower triangle of the others */
function centred(products) {
  const whole = products.map((row, i) => Float64Array.from(products, (_, j) => (j <= i ? row[j] : products[j][i])));
  const means = whole.map(row => mean([...row]));
  const middle = mean(means);
  return whole.map((row, i) => row.map((value, j) => value - means[i] - means[j] + middle));
}

export class Bettor {
  waiting;
  classes;
  since;
  seen;
  known;
  products;
  groups;
  rounds;

  /**
   * @param {number} classes
   * @param {any[]} rounds - those of before a reload, as `rounds` has them
   * @param {string[]} seen - names of the photos that were known then
   */
  constructor(classes, rounds = [], seen = []) {
    Object.assign(this, { classes, rounds: [...rounds], seen: new Set(seen), known: [], groups: new Set() });
    Object.assign(this, { waiting: new Map(), since: new Map(), weights: null, learnedFrom: 0, products: [] });
  }

  /**
   * Add a photo, and bet on whatever can be bet on now.
   * @param {string} name - another one for each photo
   * @param {ArrayLike<number>} features
   * @param {any} label
   * @param {string|number|null} group - of photos that show the same subject, the same; null if no other one shows it
   */
  add(name, features, label, group = null) {
    const photo = { name, features: Float64Array.from(features), label, group: group ?? name };
    const allThere = this.waiting.size === this.classes;
    if (!this.waiting.has(label)) this.waiting.set(label, []);
    this.since.set(label, (this.since.get(label) ?? 0) + (allThere ? 1 : 0));
    if (this.seen.has(name)) {
      this.know(photo);
      return;
    }
    this.waiting.get(label).push(photo);
    for (let round = this.nextRound(); round; round = this.nextRound()) this.settle(round);
  }

  know(photo) {
    // The products of photos with earlier ones are worked out once, not whenever something is learned.
    if (this.known.length < MOST_KNOWN) {
      this.products.push(Float64Array.from([...this.known, photo], ({ features }) => dot(features, photo.features)));
    }
    this.known.push(photo);
    this.seen.add(photo.name);
    this.groups.add(photo.group);
  }

  /** @returns {{chosen: object[], aside: object[]}|null} photos to bet on, and those that are known without a bet */
  nextRound() {
    for (const queue of this.waiting.values()) {
      while (queue.length && this.groups.has(queue[0].group)) this.know(queue.shift());
    }
    const labels = [...this.waiting.keys()];
    if (labels.length < this.classes || labels.some(label => !this.waiting.get(label).length)) return null;
    const since = labels.map(label => this.since.get(label));
    const most = labels[since.indexOf(Math.max(...since))];
    const chosen = [...labels.filter(label => label !== most), most].map(label => this.waiting.get(label).shift());
    const groups = new Set(chosen.map(photo => photo.group));
    const several = Math.floor((this.since.get(most) + 1) / (Math.min(...since) + 1));
    const aside = [];
    let extra = this.rounds.length && groups.size === chosen.length ? several - 1 : 0;
    for (const queue = this.waiting.get(most); queue.length && extra > 0; ) {
      const photo = queue.shift();
      if (this.groups.has(photo.group) || groups.has(photo.group)) aside.push(photo);
      else {
        groups.add(photo.group);
        chosen.push(photo);
        extra -= 1;
      }
    }
    return { chosen, aside };
  }

  settle({ chosen, aside }) {
    const subjects = new Set(chosen.map(photo => photo.group)).size;
    const photos = chosen.map(photo => photo.name);
    if (this.known.length && (subjects === 1 || subjects === chosen.length)) this.rounds.push(this.bet(chosen, photos));
    else this.rounds.push({ photos, gains: STEEPNESS.map(() => 1), guesses: 0, right: 0, chance: 0, spread: 0 });
    for (const photo of [...chosen, ...aside]) this.know(photo);
  }

  /** Fit ridge regression on what is known: for each class the weights of the features. */
  learn() {
    if (this.known.length < GROWTH * this.learnedFrom || this.learnedFrom >= MOST_KNOWN) return;
    const known = this.known.slice(0, MOST_KNOWN);
    const k = known.length;
    const labels = [...this.waiting.keys()];
    const kernel = centred(this.products);
    const scale = sum(kernel.map((row, i) => row[i])) / k || 1;
    for (let i = 0; i < k; i++) kernel[i][i] += PENALTY * scale;
    const triangle = cholesky(kernel);
    this.weights = labels.map(label => {
      const target = known.map(photo => +(photo.label === label));
      const share = mean(target);
      const weight = substitute(
        triangle,
        target.map(x => x - share),
      );
      const found = new Float64Array(known[0].features.length);
      const total = mean([...weight]);
      known.forEach(({ features }, i) => {
        for (let c = 0; c < found.length; c++) found[c] += (weight[i] - total) * features[c];
      });
      return found;
    });
    this.learnedFrom = this.known.length;
  }

  bet(chosen, photos) {
    this.learn();
    const labels = [...this.waiting.keys()];
    const scores = chosen.map(({ features }) => this.weights.map(weights => dot(features, weights)));
    const trust = this.rounds.length / (this.rounds.length + SEEN_FOR_HALF);
    const total = sum(this.rounds.map(round => round.spread));
    const guesses = sum(this.rounds.map(round => round.guesses));
    const gains = STEEPNESS.map(() => 1);
    const round = { photos, gains, guesses: this.classes - 1, right: 0, chance: 0, spread: 0 };
    for (let place = 0; place < this.classes - 1; place++) {
      const left = [...new Set(chosen.slice(place).map(photo => labels.indexOf(photo.label)))];
      const claims = scores.slice(place).map(own => own[left[0]] - mean(left.slice(1).map(label => own[label])));
      const middle = mean(claims);
      round.spread += (2 * sum(claims.map(claim => (claim - middle) ** 2))) / (claims.length - 1);
      const usual = Math.sqrt((total + round.spread) / (guesses + place + 1));
      const top = Math.max(...claims);
      const z = claims.map(claim => (usual ? (claim - top) / usual : 0));
      STEEPNESS.forEach((steepness, b) => {
        const weights = z.map(value => Math.exp(steepness * trust * value));
        gains[b] *= (claims.length * weights[0]) / sum(weights);
      });
      round.right += z[0] > Math.max(...z.slice(1)) + TIE ? 1 : 0;
      round.chance += 1 / claims.length;
    }
    return round;
  }

  /** What a bettor has after each round who began with 1. */
  get capitals() {
    const products = STEEPNESS.map(() => 1);
    return this.rounds.map(({ gains }) => {
      gains.forEach((gain, b) => {
        products[b] *= gain;
      });
      return mean(products);
    });
  }

  /** @returns {object} what to say of it: sums over the rounds, the largest capital, and whether all were pairs */
  get summary() {
    const bets = this.rounds.filter(round => round.guesses);
    const of = key => sum(bets.map(round => round[key]));
    const largest = Math.max(1, ...this.capitals);
    return {
      guesses: of('guesses'),
      right: of('right'),
      chance: of('chance'),
      pairs: bets.every(round => round.photos.length === 2),
      capital: this.capitals.at(-1) ?? 1,
      largest,
      p_value: 1 / largest,
    };
  }
}
