import { createInstance, type FormatterModule, type i18n } from 'i18next';
import { readProgramText } from '../lib/program-files.ts';
import { isLanguage, type Language } from './languages.ts';
import { type Values, valuesOf } from './values.ts';

const values = new Map<Language, Values>();

/** Made when a language is first spoken: Intl takes its time. */
function valuesIn(language: Language): Values {
  return values.getOrInsertComputed(language, () => valuesOf(language));
}

/** Values inside sentences: numbers as the language writes them, texts so that their direction does not spill over. */
const formatter: FormatterModule = {
  type: 'formatter',
  init() {},
  add() {},
  addCached() {},
  format(value: unknown, format, language = 'en', options) {
    if (typeof value !== 'string' && typeof value !== 'number') return value as string;
    const isCount = format === 'number' || options?.interpolationkey === 'count';
    return writeValue(value, isLanguage(language) ? language : 'en', isCount);
  },
};

/** A value as a sentence of the language has it. A number counts something, or measures it. */
export function writeValue(value: string | number, language: Language, isCount: boolean): string {
  const written = valuesIn(language);
  if (typeof value === 'string') return written.text(value);
  return isCount ? written.count(value) : written.measure(value);
}

const wording = createInstance();
// Everything is at hand: when this returns, it is done.
void wording.use(formatter).init({
  initAsync: false,
  resources: {},
  lng: 'en',
  fallbackLng: false,
  interpolation: { escapeValue: false, alwaysFormat: true },
  parseMissingKeyHandler: (key) => {
    throw new Error(`no wording for "${key}"`);
  },
  missingInterpolationHandler: (text, placeholder) => {
    throw new Error(`no value for ${placeholder[0]} in "${text}"`);
  },
});

/**
 * The wording as i18next has it, with the catalogue of a language, which is read when it is first spoken. A catalogue is complete: nothing falls back to
 * another one.
 */
export function wordingIn(language: Language): i18n {
  if (!wording.hasResourceBundle(language, CATALOGUE))
    wording.addResourceBundle(language, CATALOGUE, JSON.parse(readProgramText(`src/i18n/${language}.json`)));
  return wording;
}

/** How i18next calls the texts of a language where there is one set of them. */
export const CATALOGUE = 'translation';
