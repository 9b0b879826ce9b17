// The languages of the page. English is there at once; another one is fetched when it is wanted.
import { card, verdict } from '../../../catsex/sentences.en.json';
import { Language } from '../language.js';
import english from './en.json';

export const NAMES = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  it: 'Italiano',
  pt: 'Português',
  nl: 'Nederlands',
  pl: 'Polski',
  tr: 'Türkçe',
  uk: 'Українська',
  ja: '日本語',
  zh: '简体中文',
  ar: 'العربية',
};

const FILES = {
  de: () => import('./de.json'),
  fr: () => import('./fr.json'),
  es: () => import('./es.json'),
  it: () => import('./it.json'),
  pt: () => import('./pt.json'),
  nl: () => import('./nl.json'),
  pl: () => import('./pl.json'),
  tr: () => import('./tr.json'),
  uk: () => import('./uk.json'),
  ja: () => import('./ja.json'),
  zh: () => import('./zh.json'),
  ar: () => import('./ar.json'),
};

/** Python's sentences about a verdict and on its card, and the page's own. */
export const ENGLISH = new Language('en', { ...verdict, ...card, ...english });

/** Return the first of the reader's languages that there is; else English. */
export async function pickLanguage(wanted) {
  const code = wanted.map(tag => tag.toLowerCase().split('-')[0]).find(tag => tag in NAMES) ?? 'en';
  return code === 'en' ? ENGLISH : new Language(code, { ...ENGLISH.sentences, ...(await FILES[code]()).default });
}
