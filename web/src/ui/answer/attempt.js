// A new photo, or what the camera sees: which kind, and how sure.
import { HEAT, NEAR_DUPLICATE } from '../../constants.js';
import { outcomeOf } from '../../evaluation/verdict.js';
import { explain } from '../../looking.js';
import { MAPS } from '../../network/shape.js';
import { heatMap, probabilities } from '../../prediction/classifier.js';
import { button, colourOf, element, fileButton } from '../dom.js';
import { closeCamera, openCamera, shot, turningButton } from '../photos/camera.js';

export class Attempt {
  lookers;
  language;
  asked;

  /**
   * @param {any} parts - language, lookers, asked, whose answer has head, familiar, kinds and photos, and results or how
   *   many of 100 photos were right
   * @param {HTMLElement} panel
   * @param {string} mark - before the names of its elements, which are there once
   */
  constructor({ language, lookers, asked }, panel, mark = '') {
    Object.assign(this, { language, lookers, asked, last: null });
    const say = key => language.say(key);
    this.image = element('img', { id: `${mark}shown`, alt: say('try.shown'), hidden: true });
    this.video = element('video', {
      muted: true,
      playsInline: true,
      hidden: true,
      aria: { label: say('camera.title') },
    });
    this.heat = element('canvas', { width: MAPS, height: MAPS, hidden: true, aria: { role: 'img', label: '' } });
    this.wantHeat = element('input', { type: 'checkbox', id: `${mark}heat`, on: { change: () => this.drawHeat() } });
    this.answer = element('div', { id: `${mark}answer` });
    this.live = button(say('try.live'), () => this.toggleCamera(), { id: `${mark}live` });
    const turn = turningButton(this.video, language, error => this.fail(error.message));
    panel.append(
      element('p', { textContent: say('try.advice') }),
      element(
        'div',
        { className: 'row' },
        fileButton(say('try.choose'), ([file]) => this.tryFile(file), { id: `${mark}new`, accept: 'image/*' }),
        this.live,
        turn,
        element('label', { className: 'check' }, this.wantHeat, element('span', { textContent: say('try.heat') })),
      ),
      element(
        'div',
        { className: 'attempt' },
        element('div', { className: 'seen' }, this.image, this.video, this.heat),
        this.answer,
      ),
    );
    asked.addEventListener('answer', () => this.last && this.say(this.last));
    panel.addEventListener('drop', event => {
      event.preventDefault();
      event.stopPropagation();
      if (event.dataTransfer.files[0]) this.tryFile(event.dataTransfer.files[0]);
    });
  }

  async tryFile(file) {
    this.stopCamera();
    try {
      const photo = await this.lookers.run({ blob: file, withMaps: true });
      URL.revokeObjectURL(this.image.src);
      this.image.src = URL.createObjectURL(photo.thumbnail);
      this.image.hidden = false;
      this.say(photo);
    } catch (error) {
      this.fail(explain(error, file.name, this.language));
    }
  }

  /** Show nothing any more. */
  clear() {
    this.stopCamera();
    this.last = null;
    this.image.hidden = true;
    this.heat.hidden = true;
    this.answer.replaceChildren();
  }

  fail(text) {
    this.clear();
    this.answer.replaceChildren(element('p', { className: 'note', textContent: text }));
  }

  /** Show the answer for a photo that was looked at. */
  say(photo) {
    const { language } = this;
    const { head, familiar, kinds, results, right = results.calibration?.right_of_100 ?? null } = this.asked.answer;
    const shares = probabilities(head, photo.features);
    const best = shares.indexOf(Math.max(...shares));
    const { strange, nearest } = familiar?.judge(photo.features) ?? { strange: false, nearest: -1 };
    this.last = Object.assign(photo, { best });
    const rows = head.classNames.flatMap((name, c) => {
      const fill = element('span', { className: colourOf(kinds[c]) });
      const share = language.percent(shares[c]);
      fill.style.width = `${100 * shares[c]}%`;
      return [
        element('span', { textContent: name }),
        element(
          'div',
          { className: 'share', aria: { role: 'img', label: language.say('try.bar', { name, share }) } },
          fill,
        ),
        element('span', { textContent: share }),
      ];
    });
    const warnings = this.warnings(photo, nearest, strange);
    this.answer.replaceChildren(
      ...warnings.map(key => element('p', { className: 'note', data: { key }, textContent: language.say(key) })),
      element('div', { className: 'shares' }, ...rows),
      right === null ? '' : element('p', { className: 'right', textContent: language.say('try.right', { right }) }),
    );
    const data = { shares: JSON.stringify(shares), nearest: String(nearest), strange: String(strange) };
    Object.assign(this.answer.dataset, data);
    this.drawHeat();
  }

  /** What has to be known of the answer: first of all whether this very photo was there to practise on. */
  warnings(photo, nearest, strange) {
    const { photos, results } = this.asked.answer;
    if (photos.some(known => known.sha256 === photo.sha256)) return ['try.practised'];
    if (nearest > NEAR_DUPLICATE) return ['try.nearly'];
    return [
      ...(strange ? ['try.strange'] : []),
      ...(!results || outcomeOf(results) === 'learnable' ? [] : ['try.guess']),
    ];
  }

  /** Lay over the photo what spoke for the answer: dark violet for nothing, light yellow for most. */
  drawHeat() {
    const photo = this.last;
    this.heat.hidden = !this.wantHeat.checked || !photo?.maps;
    if (this.heat.hidden) return;
    const { head } = this.asked.answer;
    const context = this.heat.getContext('2d');
    const picture = context.createImageData(MAPS, MAPS);
    heatMap(head, photo.maps, photo.best).forEach((value, i) => {
      picture.data.set([...colour(value), 255], 4 * i);
    });
    context.putImageData(picture, 0, 0); // stretched, and smoothed, by the browser
    this.heat.setAttribute('aria-label', this.language.say('try.map', { name: head.classNames[photo.best] }));
  }

  async toggleCamera() {
    if (this.video.srcObject) return this.stopCamera();
    try {
      await openCamera(this.video, this.language);
    } catch (error) {
      return this.fail(error.message);
    }
    this.image.hidden = true;
    this.video.hidden = false;
    this.live.textContent = this.language.say('try.stop');
    while (this.video.srcObject?.active) {
      const photo = await this.lookNow().catch(error => error);
      if (photo instanceof Error) return this.fail(explain(photo, '', this.language));
      if (this.video.srcObject) this.say(photo);
    }
  }

  async lookNow() {
    return this.lookers.run({ blob: await shot(this.video), withMaps: true });
  }

  stopCamera() {
    closeCamera(this.video);
    this.video.hidden = true;
    this.live.textContent = this.language.say('try.live');
  }
}

const { COLOURS } = HEAT;

function colour(value) {
  const place = value * (COLOURS.length - 1);
  const low = Math.min(Math.floor(place), COLOURS.length - 2);
  const t = place - low;
  return COLOURS[low].map((channel, i) => Math.round(channel + (COLOURS[low + 1][i] - channel) * t));
}
