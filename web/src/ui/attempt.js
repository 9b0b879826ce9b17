// Step 3: a new photo, or what the camera sees.
import { explain } from '../looking.js';
import { MAPS } from '../network/shape.js';
import { heatMap, probabilities } from '../prediction/classifier.js';
import { closeCamera, openCamera, shot } from './camera.js';
import { button, element, fileButton } from './dom.js';

export class Attempt {
  constructor(page, section, asked) {
    Object.assign(this, { page, section, asked, last: null });
    const { language } = page;
    const say = (key, values) => language.say(key, values);
    this.image = element('img', { id: 'shown', alt: say('try.shown'), hidden: true });
    this.video = element('video', {
      muted: true,
      playsInline: true,
      hidden: true,
      aria: { label: say('camera.title') },
    });
    this.heat = element('canvas', { width: MAPS, height: MAPS, hidden: true, aria: { role: 'img', label: '' } });
    this.wantHeat = element('input', { type: 'checkbox', id: 'heat', on: { change: () => this.drawHeat() } });
    this.answer = element('div', { id: 'answer', aria: { live: 'polite' } });
    this.live = button(say('try.live'), () => this.toggleCamera(), { id: 'live' });
    section.append(
      element('p', { className: 'hint', textContent: say('try.advice') }),
      element(
        'p',
        { className: 'row' },
        fileButton(say('try.choose'), ([file]) => this.tryFile(file), { id: 'new', accept: 'image/*' }),
        this.live,
        element('label', { className: 'row' }, this.wantHeat, say('try.heat')),
      ),
      element(
        'div',
        { className: 'row top' },
        element('div', { className: 'seen' }, this.image, this.video, this.heat),
        this.answer,
      ),
    );
    asked.addEventListener('answer', () => {
      section.hidden = false;
      if (this.last) this.say(this.last);
    });
    section.addEventListener('dragover', event => event.preventDefault());
    section.addEventListener('drop', event => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) this.tryFile(event.dataTransfer.files[0]);
    });
  }

  async tryFile(file) {
    this.stopCamera();
    try {
      const photo = await this.page.lookers.run({ blob: file, withMaps: true });
      this.image.src = URL.createObjectURL(photo.thumbnail);
      this.image.hidden = false;
      this.say(photo);
    } catch (error) {
      this.fail(explain(error, file.name, this.page.language));
    }
  }

  fail(text) {
    this.last = null;
    this.image.hidden = this.heat.hidden = true;
    this.answer.replaceChildren(element('p', { className: 'trouble', textContent: text }));
  }

  /** Show the answer for a photo that was looked at. */
  say(photo) {
    const { language } = this.page;
    const { head, familiar, results } = this.asked.answer;
    const shares = probabilities(head, photo.features);
    const best = shares.indexOf(Math.max(...shares));
    const { strange, nearest } = familiar.judge(photo.features);
    this.last = Object.assign(photo, { best });
    const rows = head.classNames.flatMap((name, c) => {
      const fill = element('span');
      fill.style.width = `${100 * shares[c]}%`;
      return [
        element('span', { textContent: name }),
        element(
          'div',
          {
            className: 'bar',
            aria: { role: 'img', label: language.say('try.bar', { name, share: language.percent(shares[c]) }) },
          },
          fill,
        ),
        element('span', { textContent: language.percent(shares[c]) }),
      ];
    });
    const warnings = [
      ...(strange ? ['try.strange'] : []),
      ...(results && this.page.outcome !== 'learnable' ? ['try.guess'] : []),
    ];
    this.answer.replaceChildren(
      element('div', { className: 'bars' }, ...rows),
      ...warnings.map(key => element('p', { className: 'warning', data: { key }, textContent: language.say(key) })),
    );
    Object.assign(this.answer.dataset, {
      shares: JSON.stringify(shares),
      nearest: String(nearest),
      strange: String(strange),
    });
    this.drawHeat();
  }

  /** Lay over the photo what spoke for the answer: dark violet for nothing, light yellow for most. */
  drawHeat() {
    const photo = this.last;
    this.heat.hidden = !this.wantHeat.checked || !photo?.maps;
    if (this.heat.hidden) return;
    const { head } = this.asked.answer;
    const heat = heatMap(head, photo.maps, photo.best);
    const context = this.heat.getContext('2d');
    const picture = context.createImageData(MAPS, MAPS);
    heat.forEach((value, i) => picture.data.set([...colour(value), 255], 4 * i));
    context.putImageData(picture, 0, 0); // stretched, and smoothed, by the browser
    this.heat.setAttribute('aria-label', this.page.language.say('try.map', { name: head.classNames[photo.best] }));
  }

  async toggleCamera() {
    if (this.video.srcObject) return this.stopCamera();
    try {
      await openCamera(this.video, this.page.language);
    } catch (error) {
      return this.fail(error.message);
    }
    this.image.hidden = true;
    this.video.hidden = false;
    this.live.textContent = this.page.language.say('try.stop');
    while (this.video.srcObject?.active) {
      const photo = await this.page.lookers.run({ blob: await shot(this.video), withMaps: true }).catch(error => error);
      if (photo instanceof Error) return this.fail(explain(photo, '', this.page.language));
      if (this.video.srcObject) this.say(photo);
    }
  }

  stopCamera() {
    closeCamera(this.video);
    this.video.hidden = true;
    this.live.textContent = this.page.language.say('try.live');
  }
}

// matplotlib's inferno at equal steps, as catsex/prediction/gradcam.py.
const COLOURS = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
];

function colour(value) {
  const place = value * (COLOURS.length - 1);
  const low = Math.min(Math.floor(place), COLOURS.length - 2);
  const t = place - low;
  return COLOURS[low].map((channel, i) => Math.round(channel + (COLOURS[low + 1][i] - channel) * t));
}
