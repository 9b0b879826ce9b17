// The page: what is shared by its steps, and the steps.
import texts from '../../catsex/evaluation/methods.json';
import bibliography from '../../catsex/evaluation/references.bib';
import sentences from '../../catsex/evaluation/sentences.json';
import { PERMUTATIONS } from './evaluation/protocol.js';
import { outcomeOf } from './evaluation/verdict.js';
import { keep, restore } from './keeper.js';
import { Language, pickLanguage } from './language.js';
import { Learners, Pool } from './pool.js';
import { Project } from './project.js';
import { Store } from './store.js';
import { hasSimd, keepOffline } from './support.js';
import { Ask } from './ui/ask.js';
import { Attempt } from './ui/attempt.js';
import { Collect } from './ui/collect.js';
import { button, element } from './ui/dom.js';
import { Notices } from './ui/notices.js';
import { Review } from './ui/review.js';
import { Take } from './ui/take.js';

const $ = id => document.getElementById(id);

/** Fill the page's own texts, and offer the other languages. */
function speak(language) {
  document.documentElement.lang = language.code;
  document.title = language.say('page.title');
  for (const place of document.querySelectorAll('[data-say]')) place.textContent = language.say(place.dataset.say);
  $('language').append(
    ...Object.entries(sentences).map(([value, { language: textContent }]) =>
      element('option', { value, textContent, selected: value === language.code, lang: value }),
    ),
  );
  $('language').addEventListener('change', () => {
    const address = new URL(location.href);
    address.searchParams.set('language', $('language').value);
    location.assign(address);
  });
}

async function main() {
  const options = new URLSearchParams(location.search);
  const language = pickLanguage(sentences, [options.get('language'), ...navigator.languages].filter(Boolean));
  speak(language);
  const notices = new Notices($('notices'), language);
  const canLearn = hasSimd();
  const project = new Project();
  const workers = Number(options.get('workers')) || undefined;
  const page = {
    language,
    english: new Language('en', sentences.en),
    paper: { texts, bibliography },
    notices,
    project,
    canLearn,
    store: await Store.open(),
    permutations: Number(options.get('permutations')) || PERMUTATIONS,
    seed: Number(options.get('seed') ?? 1),
    lookers: new Pool('look.js', workers),
    learners: new Learners(new Pool('learn.js', workers)),
    network: () => fetch('mobilenetv2.json').then(response => response.json()),
    nameOf: kind => collect.nameOf(kind),
  };
  if (!canLearn) notices.show('support.wasm');
  if (!page.store.persistent) notices.show('support.store');
  if (!isSecureContext) notices.show('support.insecure');
  const { photos, state } = await page.store.load();
  // What an older browser only showed has to be looked at once more.
  if (state) restore(project, canLearn ? photos.filter(photo => photo.features) : photos, state);
  while (project.kinds.length < 2) project.addKind();
  if (project.photos.length) notices.show('support.restored', { count: project.photos.length });
  keep(project, page.store);

  const collect = new Collect(page, $('photos'));
  const asked = new Ask(page, $('ask'));
  Object.defineProperty(page, 'outcome', { get: () => asked.answer && outcomeOf(asked.answer.results) });
  new Review(page, $('review'), asked);
  new Attempt(page, $('try'), asked);
  new Take(page, $('take'), asked);
  document.body.dataset.ready = 'yes';
  keepOffline(notices, language, button).catch(() => {}); // without it the page works, but not offline
}

main();
