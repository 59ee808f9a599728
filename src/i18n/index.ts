import { createInstance, type FormatterModule, type i18n } from 'i18next';
import ar from './ar.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import { isLanguage, type Language } from './languages.ts';
import { type Values, valuesOf } from './values.ts';

export { directionOf, isLanguage, LANGUAGES, type Language } from './languages.ts';

/** The wording of each language, complete: nothing falls back to another one. */
const CATALOGUES: Readonly<Record<Language, object>> = { en, fr, ar };

/** Wording by key, with values put in. Values are plain text: escaping is the template's part. */
export type Translate = (key: string, data?: Readonly<Record<string, unknown>>) => string;

const values = new Map<string, Values>();

/** Made when a language is first spoken: Intl takes its time. */
function valuesIn(language: string): Values {
  const made = values.get(language) ?? valuesOf(isLanguage(language) ? language : 'en');
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
    const written = valuesIn(language);
    if (typeof value === 'string') return written.text(value);
    if (typeof value !== 'number') return value as string;
    const isCount = format === 'number' || options?.interpolationkey === 'count';
    return isCount ? written.count(value) : written.measure(value);
  },
};

const wording: i18n = createInstance();
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

const translators = new Map<Language, Translate>();

/** The wording of a language. A key without wording throws, as does a value that is missing: a page must show neither keys nor holes. */
export function translator(language: Language): Translate {
  const known = translators.get(language) ?? createTranslator(language);
  translators.set(language, known);
  return known;
}

/**
 * A page asks for hundreds of texts; those without values are looked up once. Those with values are not kept: among them are links that work once
 * (rules 7), and what people have typed.
 */
function createTranslator(language: Language): Translate {
  const fixed = wording.getFixedT(language);
  const plain = new Map<string, string>();
  return (key, data) => {
    if (data !== undefined) return fixed(key, { ...data });
    const text = plain.get(key) ?? fixed(key);
    plain.set(key, text);
    return text;
  };
}

/** Whether the catalogue has a text under this key; with `data`, for the singular or plural that its `count` asks for. */
export function hasWording(language: Language, key: string, data?: Readonly<Record<string, unknown>>): boolean {
  return wording.exists(key, { ...data, lng: language });
}
