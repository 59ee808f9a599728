import { createInstance, type FormatterModule, type i18n } from 'i18next';
import ar from './ar.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import { isLanguage, type Language } from './languages.ts';
import { type Values, valuesOf } from './values.ts';

/** The wording of each language, complete: nothing falls back to another one. */
const CATALOGUES: Readonly<Record<Language, object>> = { en, fr, ar };

const values = new Map<Language, Values>();

/** Made when a language is first spoken: Intl takes its time. */
function valuesIn(language: Language): Values {
  const made = values.get(language) ?? valuesOf(language);
  values.set(language, made);
  return made;
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

/** The wording of all languages, as i18next has it. */
export const wording: i18n = createInstance();
// Everything is at hand: when this returns, it is done.
void wording.use(formatter).init({
  initAsync: false,
  resources: Object.fromEntries(
    Object.entries(CATALOGUES).map(([language, catalogue]) => [language, { translation: catalogue }]),
  ),
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
