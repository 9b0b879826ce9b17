// One question from beginning to end: from the project to an answer, and an answer as it is kept.
import { describe } from './evaluation/methods.js';
import { FEATURES } from './network/shape.js';
import { Familiar } from './prediction/out_of_distribution.js';

/**
 * Ask, and keep the answer.
 * @param {any} page - project, evaluator (a Pool), paper, store
 * @param {any} options - seed, permutations, signal (to stop), progress (of {step}), nameOf (of a kind)
 * @returns {Promise<any>}
 * @throws {WorkerError} with the name TooFew if there are too few photos of a kind
 */
export async function ask({ project, evaluator, paper, store }, { nameOf, signal, progress, ...options }) {
  const { photos, kinds, labels, classNames } = project.question(nameOf);
  const state = project.state;
  /** @type {any} */
  const task = { task: 'evaluate', photos: { ...described(project, photos), labels, classNames }, options };
  task.photos.names = photos.map((photo, i) => `${classNames[labels[i]]}/${photo.name}`); // as Python has them
  const { results: numbers, head, familiar: threshold } = await evaluator.run(task, { signal, progress });
  const results = { ...numbers, seed: options.seed, reviewed: project.reviewed };
  Object.assign(results, describe(paper, results, FEATURES, `the page of catsex in ${navigator.userAgent}`));
  await store.putAnswer(keptAnswer({ results, head, threshold, photos, kinds, labels, state }));
  return { results, head, familiar: new Familiar(task.photos.features, threshold), photos, kinds, labels, state };
}

/**
 * Say what can be said so far of the photos in the order in which they came, and keep what was bet on them.
 * @param {any} page - project, evaluator
 * @returns {Promise<object|null>} as `read` of evaluation/meter.js, or null as long as there are photos of one kind alone
 */
export async function readMeter({ project, evaluator }) {
  const photos = project.photos.filter(photo => photo.features && !photo.out && project.kind(photo.kind));
  const labels = photos.map(photo => photo.kind);
  const classes = new Set(labels).size;
  if (classes < 2) return null;
  const { rounds, seen } = project.meter;
  const names = photos.map(photo => photo.sha256);
  const said = await evaluator.run({
    task: 'meter',
    ...described(project, photos),
    labels,
    names,
    classes,
    rounds,
    seen,
  });
  project.meter = { rounds: said.rounds, seen: said.seen };
  return said;
}

/** What the evaluation takes of photos. */
const described = (project, photos) => ({
  features: featuresOf(photos),
  trivial: photos.map(photo => photo.trivial),
  groups: project.saysGroups ? photos.map(photo => project.groupOf(photo)) : null,
  files: photos.map(photo => photo.name),
  taken: photos.map(photo => (project.guessesBursts ? (photo.taken ?? null) : null)),
});

/** @returns {Float32Array} (n, 1280) */
function featuresOf(photos) {
  const features = new Float32Array(photos.length * FEATURES);
  for (const [i, photo] of photos.entries()) features.set(photo.features, i * FEATURES);
  return features;
}

/** An answer as the store keeps it: photos by their checksums, kinds by their numbers. */
const keptAnswer = ({ photos, kinds, ...answer }) => ({
  ...answer,
  photos: photos.map(photo => photo.sha256),
  kinds: kinds.map(kind => kind.id),
});

/** @returns {object|null} an answer as `ask` yields it; null if one of its photos or kinds is not there any more */
export function restoreAnswer(project, { threshold, ...kept }) {
  const known = new Map(project.photos.map(photo => [photo.sha256, photo]));
  const photos = kept.photos.map(sha256 => known.get(sha256));
  const kinds = kept.kinds.map(id => project.kind(id));
  if (![...photos, ...kinds].every(Boolean)) return null;
  return { ...kept, photos, kinds, familiar: new Familiar(featuresOf(photos), threshold) };
}
