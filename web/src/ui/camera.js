// The camera: photos of a kind while a button is held, or five of them after a countdown.
import { button, element } from './dom.js';

const EVERY = 400;
const COUNTDOWN = 3;
const BURST = 5; // milliseconds, seconds, photos

/** Ask for the camera; say why there is none. @throws {Error} with a sentence */
export async function openCamera(video, language) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(language.say('camera.insecure'));
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { width: 640, height: 480, facingMode: 'environment' },
    });
  } catch (error) {
    if (error.name === 'NotAllowedError') throw new Error(language.say('camera.refused'));
    throw new Error(language.say('camera.missing', { reason: error.message || error.name }));
  }
  await video.play();
}

export function closeCamera(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

/** Return what the camera shows now, as a PNG: no compression between what is seen and what is learned. */
export function shot(video) {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d').drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

export class CameraDialog {
  constructor(page, collect) {
    Object.assign(this, { page, collect, taken: 0 });
    const say = (key, values) => page.language.say(key, values);
    this.video = element('video', { muted: true, playsInline: true, aria: { label: say('camera.title') } });
    this.target = element('p');
    this.status = element('p', { aria: { role: 'status' } });
    const hold = button(say('camera.shoot'), null, {
      className: 'main',
      id: 'shoot',
      on: {
        click: event => {
          if (event.detail === 0) this.shoot();
        }, // by the keyboard: one photo
        pointerdown: () => {
          this.shoot();
          this.holding = setInterval(() => this.shoot(), EVERY);
        },
        pointerup: () => clearInterval(this.holding),
        pointerleave: () => clearInterval(this.holding),
        pointercancel: () => clearInterval(this.holding),
      },
    });
    this.dialog = element(
      'dialog',
      { aria: { label: say('camera.title') }, on: { close: () => this.stop() } },
      element('h2', { textContent: say('camera.title') }),
      this.target,
      this.video,
      this.status,
      element(
        'p',
        { className: 'row' },
        hold,
        button(say('camera.count'), () => this.countDown(), { id: 'countdown' }),
        button(say('camera.close'), () => this.dialog.close(), { id: 'close-camera' }),
      ),
    );
    document.body.append(this.dialog);
  }

  async open(kind) {
    try {
      await openCamera(this.video, this.page.language);
    } catch (error) {
      this.collect.showTrouble([error.message]);
      return;
    }
    Object.assign(this, { kind, taken: 0 });
    this.target.textContent = this.page.language.say('camera.target', { name: this.collect.nameOf(kind) });
    this.status.textContent = '';
    this.dialog.showModal();
  }

  stop() {
    clearInterval(this.holding);
    this.counting = null;
    closeCamera(this.video);
  }

  async shoot() {
    if (!this.video.srcObject) return;
    const count = ++this.taken;
    const blob = await shot(this.video);
    this.status.textContent = this.page.language.say('camera.taken', { count });
    const name = `camera ${new Date().toISOString().slice(0, 19).replaceAll(':', '.')} ${count}.png`;
    await this.collect.add([new File([blob], name, { type: 'image/png' })], this.kind);
  }

  async countDown() {
    const run = {}; // another countdown, or closing, ends this one
    this.counting = run;
    for (let left = COUNTDOWN; left > 0 && this.counting === run; left--) {
      this.status.textContent = String(left);
      await pause(1000);
    }
    for (let photo = 0; photo < BURST && this.counting === run; photo++) {
      this.shoot();
      await pause(EVERY);
    }
  }
}

const pause = milliseconds =>
  new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
