import { createInstance, type i18n } from 'i18next';
import en from './en.json' with { type: 'json' };

/** The languages a person can choose (rules 7). */
export const LANGUAGES = ['en', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The catalogues that exist; a page in a language without one is shown in English. */
const CATALOGUES: Partial<Record<Language, object>> = { en };

/** Wording by key, with values put in. Values are plain text: escaping is the template's part. */
export type Translate = (key: string, data?: Readonly<Record<string, unknown>>) => string;

/** Whether `text` names a language of the portal. */
export function isLanguage(text: unknown): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The languages in which the portal can speak. */
export function availableLanguages(): Language[] {
  return LANGUAGES.filter((language) => CATALOGUES[language] !== undefined);
}

/** The language shown to somebody who chose `wanted`. */
export function spokenLanguage(wanted: Language): Language {
  return CATALOGUES[wanted] === undefined ? 'en' : wanted;
}

const wording: i18n = createInstance();
await wording.init({
  resources: Object.fromEntries(
    Object.entries(CATALOGUES).map(([language, catalogue]) => [language, { translation: catalogue }]),
  ),
  lng: 'en',
  fallbackLng: false,
  interpolation: { escapeValue: false },
  parseMissingKeyHandler: (key) => {
    throw new Error(`no wording for "${key}"`);
  },
});

/** The wording of a language. A key without wording throws: a page must not show keys. */
export function translator(language: Language): Translate {
  const fixed = wording.getFixedT(spokenLanguage(language));
  return (key, data) => fixed(key, { ...data });
}

/** Whether the catalogue has a text under this key; with `data`, for the singular or plural that its `count` asks for. */
export function hasWording(language: Language, key: string, data?: Readonly<Record<string, unknown>>): boolean {
  return wording.exists(key, { ...data, lng: spokenLanguage(language) });
}
