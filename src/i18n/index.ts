import type { Language } from './languages.ts';
import { createSentences } from './sentences.ts';
import { wordingIn } from './wording.ts';

export { directionOf, isLanguage, LANGUAGES, type Language } from './languages.ts';

/** Wording by key, with values put in. Values are plain text: escaping is the template's part. */
export type Translate = (key: string, data?: Readonly<Record<string, unknown>>) => string;

const translators = new Map<Language, Translate>();

/** The wording of a language. A key without wording throws, as does a value that is missing: a page must show neither keys nor holes. */
export function translator(language: Language): Translate {
  return translators.getOrInsertComputed(language, createTranslator);
}

/**
 * A page asks for hundreds of texts; those without values are looked up once. Those with values are not kept: among them are links that work once
 * (rules 7), and what people have typed.
 */
function createTranslator(language: Language): Translate {
  const fixed = wordingIn(language).getFixedT(language);
  const sentences = createSentences(language);
  const plain = new Map<string, string>();
  return (key, data) => {
    if (data !== undefined) return sentences(key, data) ?? fixed(key, { ...data });
    const text = plain.get(key) ?? fixed(key);
    plain.set(key, text);
    return text;
  };
}

/** Whether the catalogue has a text under this key; with `data`, for the singular or plural that its `count` asks for. */
export function hasWording(language: Language, key: string, data?: Readonly<Record<string, unknown>>): boolean {
  return wordingIn(language).exists(key, { ...data, lng: language });
}
