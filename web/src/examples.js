// Photos for those who have none at hand: discs and triangles, drawn here, so that nobody has any right in them.
import { generator, permutation } from './evaluation/random.js';

const WIDTH = 320;
const HEIGHT = 240;
const OF_EACH = 20;

/** What there is: a set that can be learned, and one whose labels were dealt by lot. */
export const EXAMPLES = ['shapes', 'lots'];

/**
 * Draw a set; the same one each time.
 * @param {string} name - of EXAMPLES
 * @param {import('./language.js').Language} language
 * @returns {Promise<Map<string, File[]>>} the photos of each kind, by its name
 */
export async function drawExample(name, language) {
  const stream = EXAMPLES.indexOf(name);
  const random = generator(2026, stream);
  const shapes = Array.from({ length: 2 * OF_EACH }, (_, i) => (i < OF_EACH ? 'disc' : 'triangle'));
  const order = name === 'lots' ? permutation(random, shapes.length) : shapes.keys();
  const files = [];
  for (const number of order) {
    const file = await draw(shapes[number], random);
    files.push(new File([file], `${String(files.length + 1).padStart(2, '0')}.jpg`, { type: 'image/jpeg' }));
  }
  return new Map([
    [language.say(`examples.${name}.first`), files.slice(0, OF_EACH)],
    [language.say(`examples.${name}.second`), files.slice(OF_EACH)],
  ]);
}

/** Draw two photos of a set, to show what it is like. @returns {Promise<Blob>[]} */
export function drawTwo(name) {
  const random = generator(2027, EXAMPLES.indexOf(name));
  return ['disc', name === 'lots' ? 'disc' : 'triangle'].map(shape => draw(shape, random));
}

/** Draw a few shapes of one kind, of many sizes and colours, on a ground of a few colours. @returns {Promise<Blob>} */
function draw(shape, random) {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const pen = canvas.getContext('2d');
  const between = (low, high) => low + (high - low) * random();
  const colour = () => `hsl(${between(0, 360)} ${between(20, 90)}% ${between(20, 80)}%)`;
  const ground = pen.createLinearGradient(between(0, WIDTH), 0, between(0, WIDTH), HEIGHT);
  for (const place of [0, between(0.2, 0.8), 1]) ground.addColorStop(place, colour());
  pen.fillStyle = ground;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  for (let stripe = Math.floor(between(3, 12)); stripe > 0; stripe--) {
    pen.strokeStyle = colour();
    pen.globalAlpha = between(0.1, 0.5);
    pen.lineWidth = between(1, 14);
    pen.beginPath();
    pen.moveTo(between(0, WIDTH), between(0, HEIGHT));
    const at = Array.from({ length: 6 }, (_, i) => between(0, i % 2 ? HEIGHT : WIDTH));
    pen.bezierCurveTo(at[0], at[1], at[2], at[3], at[4], at[5]);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  for (let left = Math.floor(between(2, 7)); left > 0; left--) {
    const [x, y, radius, turn] = [between(20, WIDTH - 20), between(20, HEIGHT - 20), between(15, 60), between(0, 2)];
    pen.fillStyle = colour();
    pen.beginPath();
    if (shape === 'disc') pen.arc(x, y, radius, 0, 2 * Math.PI);
    else
      for (let corner = 0; corner < 3; corner++) {
        const angle = turn + (corner * 2 * Math.PI) / 3;
        pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
      }
    pen.fill();
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}
