// The page: its parts, and what each of them needs of the others.
import bibliography from '../../catsex/evaluation/references.bib';
import { methods as texts } from '../../catsex/sentences.en.json';
import { restoreAnswer } from './asking.js';
import { addressOf, networkName } from './built.js';
import { PERMUTATIONS } from './evaluation/protocol.js';
import { keep, restore, stateOf } from './keeper.js';
import { Meter, meterText } from './live.js';
import { askBeforeLeaving, filesKept } from './looking.js';
import { Pool } from './pool.js';
import { Project } from './project.js';
import { Store } from './store.js';
import { hasSimd, keepOffline } from './support.js';
import { Tabs } from './tabs.js';
import { Ask } from './ui/answer/ask.js';
import { Attempt } from './ui/answer/attempt.js';
import { Card } from './ui/answer/card.js';
import { curveDetails, howDetails } from './ui/answer/details.js';
import { Opened } from './ui/answer/opened.js';
import { Panels } from './ui/answer/panels.js';
import { share } from './ui/answer/picture.js';
import { Review } from './ui/answer/review.js';
import { Bar } from './ui/bar.js';
import { button } from './ui/dom.js';
import { Header, speak } from './ui/header.js';
import { Messages } from './ui/messages.js';
import { Adding } from './ui/photos/adding.js';
import { Boxes } from './ui/photos/boxes.js';
import { CameraDialog } from './ui/photos/camera.js';
import { Groups } from './ui/photos/groups.js';
import { Samples } from './ui/photos/samples.js';
import { Selection } from './ui/photos/selection.js';
import { Viewer } from './ui/photos/viewer.js';
import { Take } from './ui/take.js';
import { Tour } from './ui/tour.js';
import { ENGLISH, pickLanguage } from './words/languages.js';

const $ = id => document.getElementById(id);

/** Say what this browser lacks. */
function warn(messages, canLearn, store) {
  if (!canLearn) messages.show('support.wasm');
  if (!store.persistent) messages.show('support.store');
  if (!isSecureContext) messages.show('support.insecure');
}

/** Bring back what the store has. @returns {Promise<object[]>} the files that nobody has looked at yet */
async function bringBack({ project, store, canLearn, asked }) {
  const { photos, state, answer, waiting } = await store.load();
  // What an older browser only showed has to be looked at once more.
  if (state) restore(project, canLearn ? photos.filter(photo => photo.features) : photos, state);
  while (project.kinds.length < 2) project.addKind();
  const restored = answer && restoreAnswer(project, answer);
  if (restored) asked.bringBack(restored);
  return canLearn ? waiting : [];
}

/** Bring back what was kept, and keep what changes, unless another tab does. */
async function remember(page) {
  const { project, store, messages, language, asked, adding } = page;
  const tabs = new Tabs();
  let bringing = Promise.resolve([]);
  // One after another, so that an older state never comes back over a newer one.
  const bring = () => (bringing = bringing.then(() => bringBack(page)));
  // What the other tab kept is here before anything can be changed, or it would come back over the change.
  const lead = async () => {
    const waiting = await bring();
    $('main').inert = false;
    adding.resume(waiting); // goes on by itself
  };
  const putAway = async () => {
    await filesKept();
    await store.putState(stateOf(project));
  };
  $('main').inert = true;
  await tabs.enter(bring, putAway);
  keep(project, store, tabs);
  asked.addEventListener('answer', () => tabs.leads && tabs.tell());
  askBeforeLeaving();
  if (tabs.leads) {
    await lead();
    if (project.photos.length) messages.show('support.restored', { count: project.photos.length });
    return;
  }
  await bring();
  const here = button(language.say('support.here'), async () => {
    await tabs.takeOver();
    await lead();
    here.closest('.notice').remove();
  });
  messages.show('support.follows', {}, here);
}

/** Name kinds: as they are called, or by a letter. */
function naming(project, language) {
  const letterOf = kind => String.fromCharCode(65 + (project.kinds.indexOf(kind) % 26));
  const nameOf = kind => kind.name.trim() || language.say('kind.default', { letter: letterOf(kind) });
  return { letterOf, nameOf };
}

/** What stands behind "More". */
function morePanels({ language, project, asked, viewer, lookers }) {
  const panels = new Panels(language);
  new Review({ project, language, asked, viewer }, panels.add('review', ''));
  new Attempt({ language, lookers, asked }, panels.add('try', language.say('more.try')).panel);
  const curve = panels.add('curve', language.say('more.curve')).panel;
  const how = panels.add('how', language.say('more.how')).panel;
  panels.action('share', language.say('more.share'), () => share(asked.answer, $('answered')));
  asked.addEventListener('answer', () => {
    curve.replaceChildren(...curveDetails(asked.answer, language));
    how.replaceChildren(...howDetails(asked.answer, language));
  });
  return panels;
}

async function main() {
  const options = new URLSearchParams(location.search);
  const language = await pickLanguage([options.get('language'), ...navigator.languages].filter(Boolean));
  speak(language);
  const canLearn = hasSimd();
  const project = new Project();
  const store = await Store.open();
  const messages = new Messages($('messages'), language);
  warn(messages, canLearn, store);

  const workers = Number(options.get('workers')) || undefined;
  const lookers = new Pool(addressOf('look.js'), { size: workers, name: networkName() });
  const evaluator = new Pool(addressOf('evaluate.js'), { size: 1 });
  const { letterOf, nameOf } = naming(project, language);
  const bar = new Bar($('bar'), language);
  const opened = new Opened({ language, lookers });
  const adding = new Adding({ project, language, nameOf, lookers, store, messages, bar, opened });
  const camera = new CameraDialog({ language, nameOf, adding, messages });
  const viewer = new Viewer({ project, language, nameOf, store });
  const selection = new Selection({ project, language, nameOf }, bar.tools);
  const boxes = new Boxes({ project, language, letterOf, nameOf, adding, camera, selection, viewer }, $('photos'));
  bar.undo.addEventListener('click', () => boxes.undo());
  new Groups({ project, language }, $('groups-place'));
  const asked = new Ask(
    { project, language, nameOf, evaluator, store, paper: { texts, bibliography }, canLearn, bar, messages },
    {
      permutations: Number(options.get('permutations')) || PERMUTATIONS,
      seed: Number(options.get('seed') ?? 1),
    },
  );
  const panels = morePanels({ language, project, asked, viewer, lookers });
  new Card({ language, asked }, $('answered'), panels.place);
  const taking = panels.add('take', language.say('more.take')).panel;
  new Take({ project, language, english: ENGLISH, nameOf, asked, adding, store, messages }, taking, $('files'));
  const tour = new Tour(language);
  new Header({ language, asked, tour }, $('nav'));
  new Samples({ project, language, adding }, $('samples'));
  const meter = new Meter({ project, evaluator, canLearn });
  meter.addEventListener('read', () => bar.measure(meterText(meter.said, language)));
  await remember({ project, store, messages, language, canLearn, asked, adding });
  boxes.draw();
  document.body.dataset.ready = 'yes';
  if (!project.photos.length && options.get('tour') !== 'no') tour.greet();
  keepOffline(messages, language, button).catch(() => {}); // without it the page works, but not offline
}

main();
