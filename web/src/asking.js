// @ts-check
// One question from beginning to end: from the project to an answer, by way of a first answer where photos are many.

import { describe } from './evaluation/methods.js';
import { evaluate } from './evaluation/protocol.js';
import { FEATURES } from './network/shape.js';
import { Familiar } from './prediction/out_of_distribution.js';

const FIRST = 200; // photos of each kind for a first answer

/**
 * Ask, and hand over one answer, or two where a kind has very many photos.
 * @param {any} page - project, learners, paper
 * @param {any} options - seed, permutations, signal, progress, nameOf (of a kind)
 * @yields {{results: object, head: object, familiar: Familiar, photos: object[], kinds: object[], first: boolean}}
 */
export async function* ask({ project, learners, paper }, { nameOf, ...options }) {
  const whole = project.question(nameOf);
  const state = project.state;
  const many = whole.kinds.some(kind => project.of(kind).length > 2 * FIRST);
  for (const question of many ? [project.question(nameOf, FIRST), whole] : [whole]) {
    const { kinds, classNames } = question;
    // Random numbers meet the photos in one order, however they came.
    const order = question.photos
      .map((_, i) => i)
      .sort((a, b) => (question.photos[a].sha256 < question.photos[b].sha256 ? -1 : 1));
    const photos = order.map(i => question.photos[i]);
    const labels = order.map(i => question.labels[i]);
    const features = new Float32Array(photos.length * FEATURES);
    photos.forEach((photo, i) => features.set(photo.features, i * FEATURES));
    const groups = project.saysGroups ? photos.map(photo => project.groupOf(photo)) : null;
    const names = namesWithFolders(photos, labels, classNames);
    const trivial = photos.map(photo => photo.trivial);
    const files = photos.map(photo => photo.name);
    const taken = photos.map(photo => (project.guessesBursts ? (photo.taken ?? null) : null));
    const {
      results: numbers,
      head,
      familiar,
    } = await evaluate(learners, { features, trivial, labels, groups, names, files, taken, classNames }, options);
    const results = { ...numbers, seed: options.seed, reviewed: project.reviewed };
    Object.assign(results, describe(paper, results, FEATURES, `the page of catsex in ${navigator.userAgent}`));
    yield {
      results,
      head,
      familiar: new Familiar(features, familiar),
      photos,
      kinds,
      labels,
      state,
      first: question !== whole,
    };
  }
}

/** A photo's name as Python has it: with the folder of its class. */
const namesWithFolders = (photos, labels, classNames) =>
  photos.map((photo, i) => `${classNames[labels[i]]}/${photo.name}`);
