// The two pictures of an answer.
import { svg } from './dom.js';

const WIDTH = 420;
const LEFT = 24;
const RIGHT = 392;
const BASE = 132;
const BINS = 40;
const across = share => LEFT + (RIGHT - LEFT) * share;

function percentAxis(language) {
  return [
    svg('line', { class: 'axis', x1: LEFT, x2: RIGHT, y1: BASE, y2: BASE }),
    ...[0, 0.25, 0.5, 0.75, 1].map(share => {
      const label = svg('text', { x: across(share), y: BASE + 17, 'text-anchor': 'middle' });
      label.textContent = language.percent(share);
      return label;
    }),
  ];
}

/**
 * Draw the histogram of luck.
 * @param {number[]} nulls - accuracies with shuffled labels
 * @param {object|null} own - accuracy and detectable_accuracy; null as long as they are not known
 */
export function luck(nulls, own, language, label) {
  const bins = Array(BINS).fill(0);
  for (const value of nulls) bins[Math.min(BINS - 1, Math.floor(value * BINS + 1e-9))]++;
  const top = Math.max(1, ...bins);
  const step = (RIGHT - LEFT) / BINS;
  const bars = bins.map((count, i) =>
    svg('rect', {
      class: 'luck',
      x: across(i / BINS),
      width: step - 1,
      y: BASE - (112 * count) / top,
      height: (112 * count) / top,
    }),
  );
  const marks = [];
  if (own) {
    const x = across(own.accuracy);
    const bound = across(own.detectable_accuracy);
    marks.push(
      svg('line', { class: 'bound', x1: bound, x2: bound, y1: 20, y2: BASE }),
      svg('line', { class: 'own', x1: x, x2: x, y1: 8, y2: BASE }),
    );
    const text = svg('text', { x: Math.min(Math.max(x, 80), WIDTH - 80), y: BASE + 36, 'text-anchor': 'middle' });
    text.textContent = language.say('luck.label', { accuracy: language.percent(own.accuracy) });
    marks.push(text);
  }
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} 176`, role: 'img', 'aria-label': label },
    ...bars,
    ...marks,
    ...percentAxis(language),
  );
}

/** Draw the learning curve: accuracy, with its spread, against photos of each class to learn from. */
export function curve(points, chance, language, label) {
  const largest = points.at(-1).photos_per_class;
  const x = n => 50 + (340 * n) / largest;
  const low = Math.max(0, chance - 0.15);
  const up = share => 14 + ((BASE - 14) * (1 - share)) / (1 - low);
  const parts = [
    svg('line', { class: 'axis', x1: 46, x2: 404, y1: BASE, y2: BASE }),
    svg('line', { class: 'bound', x1: 46, x2: 404, y1: up(chance), y2: up(chance) }),
  ];
  for (const share of new Set([chance, 0.75, 1])) {
    const text = svg('text', { x: 40, y: up(share) + 4, 'text-anchor': 'end' });
    text.textContent = language.percent(share);
    parts.push(text);
  }
  for (const { photos_per_class: n, accuracy, spread } of points) {
    parts.push(
      svg('line', {
        class: 'whisker',
        x1: x(n),
        x2: x(n),
        y1: up(Math.min(1, accuracy + spread)),
        y2: up(Math.max(low, accuracy - spread)),
      }),
      svg('circle', { class: 'dot', cx: x(n), cy: up(accuracy), r: 5 }),
    );
    const text = svg('text', { x: x(n), y: BASE + 17, 'text-anchor': 'middle' });
    text.textContent = String(n);
    parts.push(text);
  }
  parts.push(
    svg('polyline', {
      class: 'curve',
      points: points.map(p => `${x(p.photos_per_class)},${up(p.accuracy)}`).join(' '),
    }),
  );
  const axis = svg('text', { x: 225, y: BASE + 36, 'text-anchor': 'middle' });
  axis.textContent = language.say('curve.axis');
  return svg('svg', { viewBox: `0 0 ${WIDTH} 176`, role: 'img', 'aria-label': label }, ...parts, axis);
}
