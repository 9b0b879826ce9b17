// The pictures of an answer. What is written on them is text of the page, so that it is as large on a small screen.
import { colourOf, element, svg } from '../dom.js';

const BINS = 41;
const WIDTH = 1000; // stretched to whatever room there is
const HEIGHT = 300;
const TOP = 0.86; // of the height, of the highest bar

/**
 * Count the results with shuffled labels.
 * @param {number[]} nulls
 * @param {number} own - the result with the real labels
 * @returns {{bins: number[], place: (value: number) => number}} place: where a result lies, 0 to 1
 */
export function binned(nulls, own) {
  const low = nulls.reduce((a, b) => Math.min(a, b), own);
  const high = nulls.reduce((a, b) => Math.max(a, b), own);
  const margin = Math.max((high - low) * 0.06, 1e-6);
  const place = value => (value - low + margin) / (high - low + 2 * margin);
  const bins = Array(BINS).fill(0);
  for (const value of nulls) bins[Math.min(BINS - 1, Math.floor(place(value) * BINS))]++;
  return { bins, place };
}

/**
 * Draw the hill of chance, and the photos' own result in it, in the colours of their kinds.
 * @param {any} results - null, observed: the statistic with shuffled labels and with the real ones; as_good
 * @param {any[]} kinds
 * @param {import('../../language.js').Language} language
 */
export function hill({ null: nulls, observed, as_good: better }, kinds, language) {
  const { bins, place } = binned(nulls, observed);
  const top = Math.max(1, ...bins);
  const step = WIDTH / BINS;
  const bars = bins.map((count, i) => {
    const height = (HEIGHT * TOP * count) / top;
    const bar = svg('rect', { class: 'bin', x: i * step + 1, y: HEIGHT - height, width: step - 2, height });
    bar.style.animationDelay = `${Math.abs(i - BINS / 2) * 12}ms`;
    return bar;
  });
  const label = language.say('hill.alt', { count: nulls.length, better });
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    ...bars,
  );
  const caption = element('figcaption', {
    textContent: language.say('hill.chance', { count: nulls.length }),
    dir: 'auto',
  });
  return [element('div', { className: 'stage' }, picture, ...ownMark(place(observed), kinds, language)), caption];
}

/** The photos' own result: a line in the colours of their kinds, with its name beside it where there is more room. */
function ownMark(at, kinds, language) {
  const line = element(
    'div',
    { className: 'result' },
    ...kinds.map(kind => element('i', { className: colourOf(kind) })),
  );
  const name = element('div', { className: 'result-name', textContent: language.say('hill.own'), dir: 'auto' });
  line.style.left = `${100 * at}%`;
  name.classList.toggle('before', at > 0.5);
  name.style[at > 0.5 ? 'right' : 'left'] = `${100 * (at > 0.5 ? 1 - at : at)}%`;
  return [line, name];
}

const LEFT = 34;
const RIGHT = 306;
const BASE = 146;

/** Draw the learning curve: how many of 100 are right, with its spread, against photos of each kind to learn from. */
export function curve(points, chance, language) {
  const largest = points.at(-1).photos_per_class;
  const x = n => LEFT + 14 + ((RIGHT - LEFT - 26) * n) / largest;
  const low = Math.max(0, chance - 0.15);
  const up = share => 12 + ((BASE - 12) * (1 - share)) / (1 - low);
  const text = (words, place) => {
    const made = svg('text', place);
    made.textContent = words;
    return made;
  };
  const hundred = share => String(Math.round(100 * share));
  const parts = [chance, 0.75, 1].flatMap(share => [
    svg('line', { class: share === chance ? 'bound' : 'axis', x1: LEFT, x2: RIGHT, y1: up(share), y2: up(share) }),
    text(hundred(share), { x: LEFT - 6, y: up(share) + 4, 'text-anchor': 'end' }),
  ]);
  for (const { photos_per_class: n, accuracy, spread } of points) {
    const ends = [Math.min(1, accuracy + spread), Math.max(low, accuracy - spread)].map(up);
    parts.push(
      svg('line', { class: 'whisker', x1: x(n), x2: x(n), y1: ends[0], y2: ends[1] }),
      svg('circle', { class: 'dot', cx: x(n), cy: up(accuracy), r: 5 }),
      text(String(n), { x: x(n), y: BASE + 18, 'text-anchor': 'middle' }),
    );
  }
  const path = points.map(p => `${x(p.photos_per_class)},${up(p.accuracy)}`).join(' ');
  const said = points
    .map(p => language.say('curve.point', { right: hundred(p.accuracy), count: p.photos_per_class }))
    .join('; ');
  return element(
    'div',
    { className: 'curve', dir: 'ltr' },
    element('p', { className: 'axis-name', textContent: language.say('curve.right'), dir: 'auto' }),
    svg(
      'svg',
      { viewBox: '0 0 320 170', role: 'img', 'aria-label': language.say('curve.alt', { points: said }) },
      svg('polyline', { class: 'line', points: path }),
      ...parts,
    ),
    element('p', { className: 'axis-name below', textContent: language.say('curve.axis'), dir: 'auto' }),
  );
}

/** Draw what is taken for what: of each kind a bar, in it the colours of those that it was taken for. */
export function confusion(shares, names, kinds, language) {
  const rows = shares.map((row, i) => {
    const said = row.map((share, k) =>
      language.say('confusion.share', { count: Math.round(100 * share), name: names[k] }),
    );
    const parts = row.map((share, k) => {
      const part = element('span', {
        className: colourOf(kinds[k]),
        textContent: share > 0.12 ? `${names[k]} ${Math.round(100 * share)}` : '',
      });
      part.style.flexGrow = String(share);
      part.title = said[k];
      return part;
    });
    const label = language.say('confusion.row', { name: names[i], shares: said.join(', ') });
    return element(
      'div',
      { className: 'taken' },
      element('p', {}, element('i', { className: `dot ${colourOf(kinds[i])}` }), names[i]),
      element('div', { className: 'parts', aria: { role: 'img', label } }, ...parts),
    );
  });
  return element('div', { className: 'confusion' }, ...rows);
}
