import { describe, expect, it } from 'vitest';
import { catchMalformed } from '../../src/pki/der/malformed.ts';
import { parseDer } from '../../src/pki/der/parse.ts';
import { type Name, readName } from '../../src/pki/names/name.ts';
import { showText } from '../../src/pki/names/text.ts';
import { makeRoot } from '../support/certificates.ts';
import { derSequence, derTlv, oidBytes } from '../support/der.ts';
import type { AttributeSpec, NameSpec, StringKind } from '../support/names.ts';

const nameOf = (spec: NameSpec): Name => makeRoot({ subject: spec }).certificate.subject;
/** Marks above and below a letter; their order says nothing (Unicode, canonical ordering). */
const marks = (count: number, reversed = false) => {
  const row = Array.from({ length: count }, (_, index) => (index === 0 ? '\u0323' : '\u0301'));
  return `a${(reversed ? row.reverse() : row).join('')}`;
};
const cn = (value: string, kind: StringKind = 'utf8String') => nameOf([['CN', value, kind]]).key;

describe('names are the same (RFC 5280 7.1, RFC 4518)', () => {
  it.each<[string, string, string]>([
    ['in another case', 'Acme CA', 'ACME ca'],
    ['with other white space', ' Acme \u2003 CA\t', 'Acme CA'],
    ['in another normal form', 'Société', 'Socie\u0301te\u0301'],
    ['in compatible characters', 'ﬁne Ａ Ⅳ', 'fine a iv'],
    ['with sharp s', 'Straße', 'STRASSE'],
    ['with each form of sigma', 'ΟΔΟΣ', 'οδος'],
    ['with a soft hyphen or a joiner', 'Ac\u00adme\u200d', 'acme'],
    ['with a control character', 'Ac\u0000me', 'acme'],
    ['all white space', ' ', '   '],
    ['in the order of up to thirty marks', marks(30), marks(30, true)],
  ])('%s', (_, one, other) => {
    expect(cn(one)).toBe(cn(other));
  });

  it('in every string type', () => {
    const kinds: StringKind[] = [
      'utf8String',
      'printableString',
      'teletexString',
      'bmpString',
      'universalString',
      'ia5String',
    ];
    expect(new Set(kinds.map((kind) => cn('Acme CA', kind))).size).toBe(1);
    const latin = derSequence(
      derTlv(0x31, derSequence(oidBytes('2.5.4.3'), derTlv(0x14, Buffer.from('Caf\u00e9', 'latin1')))),
    );
    expect(readName(parseDer(latin), 'subject').key).toBe(cn('CAFÉ'));
  });

  it('in whatever order within one part', () => {
    const pair = (...attributes: AttributeSpec[]): NameSpec => [attributes];
    expect(nameOf(pair(['CN', 'b'], ['O', 'a'])).key).toBe(nameOf(pair(['O', 'A'], ['CN', 'B'])).key);
  });
});

describe('names differ', () => {
  it.each<[string, string, string]>([
    ['in a letter', 'Acme', 'Acne'],
    ['in a letter that looks alike', 'Acme', 'Асme'],
    ['in a space within', 'Ac me', 'Acme'],
    ['in a dotless i', 'ACMI', 'Acmı'],
    ['in an accent', 'Acme', 'Acmé'],
    ['in a private character', 'Acme\ue000', 'Acme\ue001'],
    ['in the order of more than thirty marks', marks(31), marks(31, true)],
  ])('%s', (_, one, other) => {
    expect(cn(one)).not.toBe(cn(other));
  });

  it('in the order of their parts, in the type, in number', () => {
    const keys = [
      nameOf([
        ['CN', 'a'],
        ['O', 'b'],
      ]),
      nameOf([
        ['O', 'b'],
        ['CN', 'a'],
      ]),
      nameOf([['CN', 'a']]),
      nameOf([['O', 'a']]),
      nameOf([['CN', 'a\nO=b']]),
      nameOf([
        [
          ['CN', 'a'],
          ['O', 'b'],
        ],
      ]),
      nameOf([['CN', "a','2.5.4.10='b"]]),
    ].map((name) => name.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('where a character is prohibited they equal only themselves', () => {
    expect(cn('Acme\ue000')).toBe(cn('Acme\ue000'));
    expect(cn('Acme\ue000')).not.toBe(cn('acme\ue000'));
  });
});

describe('names are shown', () => {
  it('most specific part first, with what has a meaning escaped', () => {
    const name = nameOf([
      ['C', 'MA'],
      ['O', 'Acme, "Chips" + <Co>;\\'],
      ['CN', ' #1 '],
    ]);
    expect(name.text).toBe('CN=\\ #1\\ ,O=Acme\\, \\"Chips\\" \\+ \\<Co\\>\\;\\\\,C=MA');
    expect(name).toMatchObject({ commonName: ' #1 ', label: ' #1 ', organizations: ['Acme, "Chips" + <Co>;\\'] });
  });

  it('with invisible and reordering characters made visible', () => {
    expect(nameOf([['CN', 'evil\u202egpj.\u0000\u200b']]).text).toBe('CN=evil‹U+202E›gpj.‹U+0000›‹U+200B›');
    expect(showText('\u{E0041}\u2066\u3164')).toBe('‹U+E0041›‹U+2066›‹U+3164›');
    expect(showText('نص عربي, français, 中文, 👍')).toBe('نص عربي, français, 中文, 👍');
  });

  it('cut where they are long, never through a character', () => {
    expect(showText('a'.repeat(200))).toBe('a'.repeat(200));
    expect(showText('a'.repeat(201))).toBe(`${'a'.repeat(200)}…`);
    expect(showText('👍'.repeat(300))).toBe(`${'👍'.repeat(200)}…`);
  });

  it('by number and value where the type is unknown', () => {
    expect(nameOf([['1.2.3.4', 'x']]).text).toBe('1.2.3.4=x');
    const odd = derSequence(derTlv(0x31, derSequence(oidBytes('2.5.4.3'), derTlv(0x02, Buffer.from([5])))));
    expect(readName(parseDer(odd), 'subject').text).toBe('CN=#020105');
  });

  it('by the organisation or the whole where there is no common name', () => {
    expect(nameOf({ O: 'Acme' }).label).toBe('Acme');
    expect(nameOf({ OU: 'Unit' }).label).toBe('OU=Unit');
  });
});

describe('a name', () => {
  it.each([
    ['an empty part', derSequence(derTlv(0x31, Buffer.alloc(0)))],
    ['an attribute without value', derSequence(derTlv(0x31, derSequence(oidBytes('2.5.4.3'))))],
    [
      'an attribute with two values',
      derSequence(
        derTlv(0x31, derSequence(oidBytes('2.5.4.3'), derTlv(0x0c, Buffer.from('a')), derTlv(0x0c, Buffer.from('b')))),
      ),
    ],
    ['a part that is no set', derSequence(derSequence())],
  ])('has no %s', (_, der) => {
    const read = catchMalformed(() => readName(parseDer(der), 'subject'));
    expect(read).toMatchObject({ ok: false, fault: { name: 'certificate-malformed', data: { part: 'subject' } } });
  });
});
