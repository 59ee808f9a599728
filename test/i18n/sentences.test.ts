import { describe, expect, it } from 'vitest';
import { LANGUAGES, translator } from '../../src/i18n/index.ts';
import { createSentences } from '../../src/i18n/sentences.ts';
import { wordingIn } from '../../src/i18n/wording.ts';
import { baseOf, categoryOf, textsOf } from '../support/catalogues.ts';

/** What may stand in a sentence: of either direction, with what i18next itself would take for a place, and numbers of both kinds. */
const VALUES = ['Acme', 'شركة', '', '{{name}} $t(product) $1', 'https://pmp.example/x', 0, 2048, 12_345, -1.5];

describe.each(LANGUAGES)('sentences in %s', (language) => {
  const sentences = createSentences(language);
  const byI18next = wordingIn(language).getFixedT(language);
  const withPlaces = [...textsOf(language)].filter(
    ([key, text]) => text.includes('{{') && !/_(zero|one|two|few|many|other)$/.test(key),
  );

  it('are those of i18next, whatever the values', () => {
    expect(withPlaces.length).toBeGreaterThan(150);
    for (const [key, text] of withPlaces) {
      const names = [...text.matchAll(/\{\{(\w+)/g)].map(([, name = '']) => name);
      for (const value of VALUES) {
        const data = Object.fromEntries(names.map((name) => [name, value]));
        expect(sentences(key, data), key).toBe(byI18next(key, data));
      }
    }
  });

  it('are those of i18next, however many', () => {
    const keys = [...textsOf(language)].filter(([key]) => categoryOf(key) !== undefined).map(([key]) => baseOf(key));
    expect(new Set(keys).size).toBeGreaterThan(20);
    const counts = [...Array(205).keys(), 1000, 12_345, 1_000_000, 0.5, 1.5, -1];
    for (const key of new Set(keys)) {
      const texts = [...textsOf(language)].filter(([each]) => baseOf(each) === key).map(([, text]) => text);
      const others = [...texts.join().matchAll(/\{\{(\w+)/g)].map(([, name = '']) => [name, 7]);
      for (const count of counts) {
        const data = { ...Object.fromEntries(others), count };
        expect(sentences(key, data), `${key} of ${count}`).toBe(byI18next(key, data));
      }
    }
  });

  it('are left to i18next where the text or a value is missing', () => {
    const [key = '', text = ''] = withPlaces[0] ?? [];
    expect(text).toMatch(/\{\{\w/);
    expect(sentences(key, {})).toBeNull();
    expect(sentences('no.such.text', { what: 'x' })).toBeNull();
    expect(sentences('no.such.text', { count: 2 })).toBeNull();
    expect(() => translator(language)(key, {})).toThrow('no value for');
    expect(() => translator(language)('no.such.text', { what: 'x' })).toThrow('no wording');
  });
});
