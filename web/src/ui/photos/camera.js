// The camera: photos of a kind while a button is held, or five of them after a countdown.
import { button, element } from '../dom.js';

const EVERY = 400; // milliseconds
const COUNTDOWN = 3; // seconds
const BURST = 5; // photos

/**
 * Ask for a camera; say why there is none.
 * @param {HTMLVideoElement} video
 * @param {import('../../language.js').Language} language
 * @param {string} facing - "environment", away from whoever holds it, or "user"
 * @throws {Error} with a sentence
 */
export async function openCamera(video, language, facing = 'environment') {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(language.say('camera.insecure'));
  closeCamera(video); // some devices open but one at a time
  try {
    const wanted = { width: 640, height: 480, facingMode: facing };
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
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

/** A button that turns from the camera at the back to that at the front, hidden where there is but one. */
export function turningButton(video, language, failed) {
  let facing = 'environment';
  const turn = async () => {
    facing = facing === 'user' ? 'environment' : 'user';
    await openCamera(video, language, facing).catch(failed);
  };
  const made = button(language.say('camera.other'), turn, { className: 'turn-camera', hidden: true });
  video.addEventListener('playing', async () => {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    made.hidden = devices.filter(device => device.kind === 'videoinput').length < 2;
  });
  return made;
}

/** Return what the camera shows now, as a PNG: no compression between what is seen and what is learned. */
export function shot(video) {
  const canvas = element('canvas', { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext('2d').drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}

export class CameraDialog {
  messages;
  language;
  nameOf;
  taken;
  adding;
  kind;

  /** @param {any} parts - language, nameOf (of a kind), adding, messages */
  constructor({ language, nameOf, adding, messages }) {
    Object.assign(this, { language, nameOf, adding, messages, taken: 0 });
    const say = (key, values) => language.say(key, values);
    this.video = element('video', { muted: true, playsInline: true, aria: { label: say('camera.title') } });
    this.target = element('h2');
    this.status = element('p', { className: 'big' });
    const fail = error => {
      this.dialog.close();
      this.messages.trouble('trouble.camera', [error.message]);
    };
    this.fail = fail;
    const release = () => clearInterval(this.holding);
    const hold = button(say('camera.shoot'), null, {
      className: 'main',
      id: 'shoot',
      on: {
        click: event => {
          if (event.detail === 0) this.shoot(); // by the keyboard: one photo
        },
        pointerdown: () => {
          this.shoot();
          this.holding = setInterval(() => this.shoot(), EVERY);
        },
        pointerup: release,
        pointerleave: release,
        pointercancel: release,
        contextmenu: event => event.preventDefault(), // what a long press opens on phones
      },
    });
    const row = element(
      'div',
      { className: 'row' },
      hold,
      button(say('camera.count'), () => this.countDown(), { id: 'countdown' }),
      turningButton(this.video, language, fail),
      button(say('camera.close'), () => this.dialog.close(), { id: 'close-camera' }),
    );
    this.dialog = element(
      'dialog',
      { id: 'camera', aria: { label: say('camera.title') }, on: { close: () => this.stop() } },
      this.target,
      this.video,
      this.status,
      row,
    );
    document.body.append(this.dialog);
  }

  async open(kind) {
    try {
      await openCamera(this.video, this.language);
    } catch (error) {
      this.fail(error);
      return;
    }
    Object.assign(this, { kind, taken: 0 });
    this.target.textContent = this.language.say('camera.target', { name: this.nameOf(kind) });
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
    this.status.textContent = this.language.say('camera.taken', { count });
    const name = `camera ${new Date().toISOString().slice(0, 19).replaceAll(':', '.')} ${count}.png`;
    await this.adding.add([new File([blob], name, { type: 'image/png' })], this.kind);
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
