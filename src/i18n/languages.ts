/** The languages a person can choose (rules 7). */
export const LANGUAGES = ['en', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * How each language writes dates and numbers. Arabic with the digits 0–9 and the Gregorian calendar, said outright since the default
 * differs from country to country and from one edition of the data to the next (decision 13).
 */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr', ar: 'ar-u-ca-gregory-nu-latn' };

/** Whether `text` names a language of the portal. */
export function isLanguage(text: unknown): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The direction in which a language is written, for `<html dir>`. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
