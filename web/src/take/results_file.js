// results.json in Python's format: scripts/report.py draws it.
import { RECORD } from '../constants.js';
import { judge } from '../evaluation/verdict.js';

/**
 * @param {any} answer - as `ask` yields it
 * @param {import('../language.js').Language} english - Python's language, whatever the page's
 * @param {any} weights - their network, source and fingerprint
 * @returns {any}
 */
export function resultsFile({ results, photos, labels }, english, { network, source, fingerprint }) {
  const { outcome, sentence, remarks } = judge(results, english);
  const { good, photos_of, reviewed, ...numbers } = results;
  void [good, photos_of]; // which Python's results do not have
  const counts = results.class_names
    .map((name, c) => `${labels.filter(label => label === c).length} ${name}`)
    .join(', ');
  return {
    data: 'the page',
    weights: source,
    seed: results.seed,
    versions: { catsex: 'page', browser: navigator.userAgent },
    network,
    is_demo: false,
    kind: 'evaluation',
    verdict: outcome,
    sentence,
    remarks: [...(reviewed ? [english.say('remark.reviewed', { count: reviewed })] : []), ...remarks],
    ...numbers,
    reviewed,
    photos: results.photos.map((photo, i) => ({ ...photo, path: photo.name, sha256: photos[i].sha256 })),
    record: {
      format: RECORD.FORMAT,
      script: 'page.py',
      command: 'python scripts/page.py',
      repeat: 'python scripts/page.py',
      written: new Date().toISOString().replace(/\.\d+Z$/, '+00:00'),
      headline: `${photos.length} photos from the page: ${counts}`,
      weights: { network, source, fingerprint },
    },
  };
}
