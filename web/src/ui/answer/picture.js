// A picture of the answer to share: headline, hill and counts, and no photos.
import { colourOf, save } from '../dom.js';
import { binned } from './charts.js';

const WIDTH = 1200;
const HEIGHT = 675;
const EDGE = 64;
const FACTS = 770; // from where on, from the left, or from the right in languages that run from there

/**
 * @param {any} answer
 * @param {HTMLElement} card - as it is shown, in the reader's language
 */
export async function share(answer, card) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  draw(canvas.getContext('2d'), answer, card);
  const blob = await new Promise(resolve => {
    canvas.toBlob(resolve, 'image/png');
  });
  const file = new File([blob], 'answer.png', { type: 'image/png' });
  if (matchMedia('(pointer: coarse)').matches && navigator.canShare?.({ files: [file] })) {
    await navigator.share({ files: [file] }).catch(() => {}); // who thinks better of it has shared nothing
  } else save(file, file.name);
}

function draw(pen, { results, kinds }, card) {
  const style = getComputedStyle(card);
  const colour = name => style.getPropertyValue(name).trim();
  const rtl = style.direction === 'rtl';
  const text = (words, x, y, font, fill, widest) => {
    pen.font = `${font} system-ui, sans-serif`;
    pen.fillStyle = fill;
    return lines(pen, words, widest).reduce((at, line) => {
      pen.fillText(line, rtl ? WIDTH - x : x, at);
      return at + Number.parseInt(font.match(/\d+px/)[0], 10) * 1.25;
    }, y);
  };
  pen.direction = style.direction;
  pen.textAlign = 'start';
  pen.fillStyle = colour('--paper');
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  const said = selector => card.querySelector(selector)?.textContent ?? '';
  let y = text(said('#headline'), EDGE, 104, '700 52px', colour('--ink'), WIDTH - 2 * EDGE);
  y = text(said('#sentence'), EDGE, y, '400 26px', colour('--ink'), WIDTH - 2 * EDGE);
  const wide = FACTS - EDGE - 60;
  drawHill(pen, results, kinds, colour, said('.result-name'), {
    left: rtl ? WIDTH - EDGE - wide : EDGE,
    top: y + 10,
    wide,
    bottom: HEIGHT - 90,
  });
  text(said('figcaption'), EDGE, HEIGHT - 48, '400 21px', colour('--soft'), wide);
  let at = y + 50;
  for (const fact of card.querySelectorAll('.fact')) {
    at = text(fact.querySelector('strong').textContent, FACTS, at, '700 36px', colour('--ink'), WIDTH - FACTS - EDGE);
    const words = [...fact.querySelector('p').childNodes].filter(node => node.className !== 'explained');
    const said = words.map(node => node.textContent).join('');
    at = text(said, FACTS, at - 12, '400 20px', colour('--soft'), WIDTH - FACTS - EDGE) + 26;
  }
}

function drawHill(pen, results, kinds, colour, name, { left, top, wide, bottom }) {
  const own = results.observed ?? results.accuracy;
  const { bins, place } = binned(results.null, own);
  const highest = Math.max(...bins);
  const step = wide / bins.length;
  pen.fillStyle = colour('--chance');
  bins.forEach((count, i) => {
    const height = ((bottom - top) * 0.86 * count) / highest;
    pen.fillRect(left + i * step + 1, bottom - height, step - 2, height);
  });
  const part = (bottom - top) / kinds.length;
  kinds.forEach((kind, k) => {
    pen.fillStyle = colour(`--${colourOf(kind)}`);
    pen.fillRect(left + wide * place(own) - 4, top + k * part, 8, part);
  });
  pen.font = '700 24px system-ui, sans-serif';
  pen.fillStyle = colour('--ink');
  pen.textAlign = place(own) > 0.5 ? 'right' : 'left';
  pen.fillText(name, left + wide * place(own) + (place(own) > 0.5 ? -16 : 16), top + 20);
  pen.textAlign = 'start';
}

/** Break words into lines of at most a width; languages without spaces break anywhere. */
function lines(pen, words, widest) {
  const found = [''];
  for (const piece of words.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。]|[^ \p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+ *| +/gu,
  ) ?? []) {
    const longer = found.at(-1) + piece;
    if (found.at(-1) && pen.measureText(longer.trimEnd()).width > widest) found.push(piece.trimStart());
    else found[found.length - 1] = longer;
  }
  return found.map(line => line.trimEnd());
}
