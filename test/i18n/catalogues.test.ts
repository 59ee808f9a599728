import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../../src/i18n/index.ts';
import { baseOf, categoryOf, textsOf } from '../support/catalogues.ts';

const english = textsOf('en');
const others = LANGUAGES.filter((language) => language !== 'en');

/** Base keys that are counted, with the categories a catalogue has for each. */
function countedIn(language: Language): Map<string, string[]> {
  const counted = new Map<string, string[]>();
  for (const key of textsOf(language).keys()) {
    const category = categoryOf(key);
    if (category !== undefined) counted.set(baseOf(key), [...(counted.get(baseOf(key)) ?? []), category]);
  }
  return counted;
}

const placeholders = (text: string) => [...new Set(text.match(/\{\{.*?\}\}/g) ?? [])].sort();

/** Latin letters or signs that would jump inside Arabic: a left-to-right isolate, closed again. */
const LATIN = /\u2066[^\u0621-\u064a\u2066-\u2069]+\u2069/g;

/** Texts that are the same in every language: names, codes, formats; and those of which French has the very words. */
const EVERYWHERE = ['English', 'Français', 'العربية', 'DER', 'PEM', 'PKCS#7', 'DEVICE', 'AUTH'];
const SAME: Readonly<Record<Language, readonly string[]>> = {
  en: [],
  ar: [...EVERYWHERE, '{{field}}: {{reason}}'],
  fr: [
    ...EVERYWHERE,
    'Actions',
    'Menu',
    'Notifications',
    'Organisation',
    'Page {{page}}',
    'Pages',
    'Signature',
    'Version {{version}}',
    '{{count}} notification',
    '{{count}} notifications',
  ],
};

describe.each(LANGUAGES)('the catalogue of %s', (language) => {
  const texts = textsOf(language);

  it('has the keys of the English one, and none besides', () => {
    const bases = (keys: Iterable<string>) => [...new Set([...keys].map(baseOf))].sort();
    expect(bases(texts.keys())).toEqual(bases(english.keys()));
  });

  it('has every plural category of the language where English counts, and a text for none where English has one', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const counted = countedIn('en');
    expect(counted.size).toBeGreaterThan(20);
    const wanted = [...counted].map(([key, categories]) => {
      const none = categories.includes('zero') ? ['zero'] : [];
      return [key, [...new Set([...none, ...pluralCategories])].sort()];
    });
    expect([...countedIn(language)].map(([key, categories]) => [key, categories.sort()]).sort()).toEqual(wanted.sort());
  });

  it('asks for the same values as English, save a number that a word of the text tells', () => {
    const differing = [...texts].flatMap(([key, text]) => {
      const model = english.get(key) ?? english.get(`${baseOf(key)}_other`) ?? '';
      const found = placeholders(text);
      const wanted = placeholders(model);
      const told = ['zero', 'one', 'two'].includes(categoryOf(key) ?? '');
      const missing = wanted.filter((each) => !found.includes(each) && !(told && /^\{\{count\b/.test(each)));
      // A text of English that tells its number in words says less than those of other languages may.
      const surplus = found.filter((each) => !wanted.includes(each) && !/^\{\{count\b/.test(each));
      return missing.length + surplus.length > 0 ? [`${key}: ${found} instead of ${wanted}`] : [];
    });
    expect(differing).toEqual([]);
  });

  it('has no empty text, none with loose ends, markup, or loose marks of direction', () => {
    const odd = [...texts].filter(
      ([key, text]) =>
        text.trim() === '' ||
        (text !== text.trim() && !key.startsWith('mail.')) ||
        / {2}/.test(text) ||
        /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(text.replace(LATIN, '')) ||
        /<\/?[a-z]+>|&[a-z]+;/i.test(text) ||
        /\{(?!\{)|(?<!\})\}/.test(text.replace(/\{\{[A-Za-z]+(, number)?\}\}/g, '')),
    );
    expect(odd).toEqual([]);
  });

  it('calls each language by its own name', () => {
    expect([texts.get('language.en'), texts.get('language.fr'), texts.get('language.ar')]).toEqual([
      'English',
      'Français',
      'العربية',
    ]);
  });
});

describe.each(others)('the catalogue of %s', (language) => {
  const texts = textsOf(language);
  it('leaves nothing in English', () => {
    const same = [...texts].filter(([key, text]) => text === english.get(key) && !SAME[language].includes(text));
    expect(same).toEqual([]);
  });

  it('and what may be the same is', () => {
    const same = new Set([...texts].filter(([key, text]) => text === english.get(key)).map(([, text]) => text));
    expect(SAME[language].filter((text) => !same.has(text))).toEqual([]);
  });
});

describe('Arabic', () => {
  const texts = [...textsOf('ar')];

  it('is written in Arabic letters', () => {
    const latin = texts.filter(([, text]) => !/[\u0621-\u064a]/.test(text) && !SAME.ar.includes(text));
    expect(latin).toEqual([]);
  });

  it('has its own commas, semicolons and question marks, and the digits that the program puts in', () => {
    expect(texts.filter(([, text]) => /[\u0621-\u064a}»] ?[,;?]/.test(text))).toEqual([]);
    expect(texts.filter(([, text]) => /[٠-٩۰-۹]/.test(text))).toEqual([]);
  });
});

describe('French', () => {
  const texts = [...textsOf('fr')];

  it('keeps its high punctuation beside the word before it', () => {
    // Not what belongs to an address, an option or a list of signs.
    const broken = texts.filter(([, text]) => /[^\s\u00a0\u202f] [:;!?»](?=\s|$)|« /.test(text));
    expect(broken.filter(([key]) => !/chip-name-form|chips\.add\.hint/.test(key))).toEqual([]);
  });

  it('writes an apostrophe as one', () => {
    expect(texts.filter(([, text]) => /\p{L}'\p{L}/u.test(text))).toEqual([]);
  });
});
