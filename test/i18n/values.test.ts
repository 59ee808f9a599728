import { describe, expect, it } from 'vitest';
import { translator } from '../../src/i18n/index.ts';
import { valuesOf } from '../../src/i18n/values.ts';

const isolated = (text: string) => `\u2068${text}\u2069`;

describe('texts inside Arabic sentences are isolated', () => {
  const { text } = valuesOf('ar');
  it.each(['Acme Chips Ltd', 'CN=Acme Root CA,O=Acme', '4 نوفمبر 2026، 09:05 UTC', '+47 22 00', 'شركة الرقائق'])(
    '%s',
    (value) => expect(text(value)).toBe(isolated(value)),
  );

  it.each(['', 'https://pmp.example/reset-password?token=a1'])('but not %j, which stands alone', (value) => {
    expect(text(value)).toBe(value);
  });

  it('and a link with words around it is a text like any other', () => {
    expect(text('see https://pmp.example')).toBe(isolated('see https://pmp.example'));
  });
});

describe.each(['en', 'fr'] as const)('texts inside sentences in %s', (language) => {
  const { text } = valuesOf(language);
  it.each(['Acme Chips Ltd', 'Société Générale', '北京芯片', 'Чипы', '4 nov. 2026'])(
    'stand as they are: %s',
    (value) => {
      expect(text(value)).toBe(value);
    },
  );

  it.each(['شركة الرقائق', 'שבבים', 'Acme (شركة)', 'Acme\u202eX', '\u{1e900}'])('are isolated: %s', (value) => {
    expect(text(value)).toBe(isolated(value));
  });
});

describe('a name cannot reach into the sentence around it', () => {
  const { text } = valuesOf('en');
  it.each([
    ['closing what it did not open', 'Acme\u2069\u2069X', 'AcmeX'],
    ['leaving open what it opened', 'Acme\u2067X', 'Acme\u2067X\u2069'],
    ['closing first, opening then', '\u2069\u2066X', '\u2066X\u2069'],
    ['what is balanced stays', 'A \u2068b\u2069 c', 'A \u2068b\u2069 c'],
  ])('%s', (_, value, inside) => {
    expect(text(value)).toBe(isolated(inside));
  });
});

describe('numbers', () => {
  it.each([
    ['en', '999', '1,000', '12,345,678'],
    ['fr', '999', '1\u202f000', '12\u202f345\u202f678'],
    ['ar', '999', '1,000', '12,345,678'],
  ] as const)('counted in %s have separators', (language, ...shown) => {
    expect([999, 1000, 12_345_678].map(valuesOf(language).count)).toEqual(shown);
  });

  it.each([
    ['en', '2048', '9999', '10,000'],
    ['fr', '2048', '9999', '10\u202f000'],
    ['ar', '2048', '9999', '10,000'],
  ] as const)('measured in %s have them from five digits on', (language, ...shown) => {
    expect([2048, 9999, 10_000].map(valuesOf(language).measure)).toEqual(shown);
  });
});

describe('a sentence', () => {
  const t = translator('en');

  it('counts with separators, and measures without', () => {
    expect(t('list.total', { total: 1284 })).toBe('1,284 in all');
    expect(t('frame.refused', { count: 1284 })).toContain('1,284 reasons');
    expect(t('faults.key-rsa-size.text', { bits: 1024, least: 2048, most: 8192 })).toContain('1024 bits; 2048 to 8192');
  });

  it('isolates a name of the other direction', () => {
    expect(t('dashboard.title', { name: 'عائشة' })).toBe(`Welcome, ${isolated('عائشة')}`);
  });

  it.each(['{{name}}', '$t(errors.home)', '{{count, number}}'])('takes %s for a name like any other', (name) => {
    expect(t('dashboard.title', { name })).toBe(`Welcome, ${name}`);
  });

  it('is not shown with a hole, nor for a key that is none', () => {
    expect(() => t('dashboard.title')).toThrow('no value for {{name}}');
    expect(() => t('dashboard.nothing')).toThrow('no wording for "dashboard.nothing"');
  });
});
