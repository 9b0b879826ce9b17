// What the page says: in each language all of it, with its placeholders, its explained words and its own plurals.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Language } from '../src/language.js';
import { pythons, source } from './golden.mjs';

const folder = join(source, 'words');
const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const codes = readdirSync(folder).flatMap(name => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
const english = { ...pythons, ...read('en.json') };
// The page says these in words of its own, or never, as of more photos than it takes.
const PYTHONS = ['remark.subjects', 'remark.near', 'ridge regression'];
const COUNTS = Array.from({ length: 2001 }, (_, count) => count);

const forms = text => (typeof text === 'object' ? Object.values(text) : [text]);
const parts = text => [...new Set(text.match(/\{\w+\}|<\/?\w+>/g))].sort();

/** All code of the page, as one text. */
function code() {
  const files = readdirSync(source, { recursive: true }).filter(name => name.endsWith('.js'));
  const page = readFileSync(join(source, '..', 'index.html'), 'utf8');
  return [page, ...files.map(name => readFileSync(join(source, name), 'utf8'))].join('\n');
}

for (const code of codes.filter(other => other !== 'en')) {
  const words = read(`${code}.json`);

  test(`${code} has every sentence and no other`, () => {
    const wanted = Object.keys(english).filter(key => !PYTHONS.includes(key));
    const found = Object.keys(words).filter(key => key !== 'reviewed');
    assert.deepEqual(found.sort(), wanted.sort());
    for (const key of wanted) assert.equal(typeof words[key], typeof english[key], key);
  });

  test(`${code} keeps every placeholder and every word that is explained`, () => {
    for (const [key, text] of Object.entries(words)) {
      if (key === 'reviewed') continue;
      const wanted = parts(forms(english[key]).at(-1));
      assert.deepEqual(parts(forms(text).at(-1)), wanted, key);
      for (const form of forms(text))
        for (const part of parts(form)) assert.ok(wanted.includes(part), `${key}: ${form}`);
    }
  });

  test(`${code} has the plurals that its numbers take, and no others`, () => {
    const rules = new Intl.PluralRules(code);
    const wanted = [...new Set(COUNTS.map(count => rules.select(count)))];
    for (const [key, text] of Object.entries(words)) {
      if (typeof text !== 'object') continue;
      assert.equal(Object.keys(text).at(-1), 'other', key);
      assert.deepEqual(Object.keys(text).sort(), [...new Set([...wanted, 'other'])].sort(), key);
    }
  });

  test(`${code} is no English`, () => {
    const same = Object.keys(words).filter(key => JSON.stringify(words[key]) === JSON.stringify(english[key]));
    assert.ok(same.length < 12, same.join(', '));
    const said = Object.values(words).flatMap(text => (text === false ? [] : forms(text)));
    assert.doesNotMatch(said.join(' '), /\b(the|photos of|with|is not)\b/);
  });
}

test('a language is offered by its own name, and fetched when it is wanted', () => {
  const list = readFileSync(join(folder, 'languages.js'), 'utf8');
  for (const own of codes) {
    assert.ok(list.includes(`${own}: '${read(`${own}.json`).language}'`), own);
    if (own !== 'en') assert.ok(list.includes(`import('./${own}.json')`), own);
  }
});

test('every sentence of the page is said somewhere: by its key, or by the beginning of one that is worked out', () => {
  const text = code();
  const begun = [...text.matchAll(/`([a-z]+\.)\$\{/g)].map(([, begin]) => begin);
  for (const key of Object.keys(read('en.json'))) {
    const said = text.includes(`'${key}'`) || text.includes(`"${key}"`) || begun.some(begin => key.startsWith(begin));
    assert.ok(said || text.includes(`.${key}`), key);
  }
});

test('numbers are said as a language says them', () => {
  const polish = new Language('pl', {
    photos: { one: '{count} a', few: '{count} b', many: '{count} c', other: '{count} d' },
  });
  assert.deepEqual(
    [1, 2, 5, 22, 12000].map(count => polish.say('photos', { count }).replace(/\s/g, ' ')),
    ['1 a', '2 b', '5 c', '22 b', '12 000 c'],
  );
  const arabic = new Language('ar', {});
  assert.equal(arabic.direction, 'rtl');
  assert.equal(arabic.whole(1234), '1,234');
  assert.equal(new Language('de', {}).twoDigits(0.013), '0,013');
});
