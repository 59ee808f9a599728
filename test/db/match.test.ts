import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchOf } from '../../src/db/index.ts';

const MARK = '\u0002\u0002';
const words = (text: string) => matchOf([{ columns: ['make'], text, words: true }]);
const whole = (text: string) => matchOf([{ columns: ['make'], text }]);

const words7 = ['ab', 'cd', 'ef', '01', '23', '45', '67'].map((pair) => `{make} : "${MARK}${pair}"`).join(' AND ');

describe('an expression for FTS5', () => {
  it.each([
    ['Acme', '{make} : "acme"'],
    ['  Acme   FTM ', '{make} : "acme" AND {make} : "ftm"'],
    ['', undefined],
    ['   ', undefined],
    ['\u0000', undefined],
    ['ab', `{make} : "${MARK}ab"`],
    ['a', `{make} : "${MARK}a"`],
    ['abc', '{make} : "abc"'],
    ['a-', `{make} : "a-${MARK}"`],
    ['say "hi"', '{make} : "say" AND {make} : """hi"""'],
    ['AND', '{make} : "and"'],
    ['1234567', '{make} : "1234567"'],
    ['12345678', '({make} : "12345678" OR ids : "12345678")'],
    ['123456789', '({make} : "123456789" OR ids : "12345678")'],
    ['123456789g', '{make} : "123456789g"'],
    ['AB:CD:EF:01:23:45:67:89', '({make} : "abcdef0123456789" OR ids : "abcdef01")'],
    ['ab cd ef 01 23 45 67 89', '({make} : "abcdef0123456789" OR ids : "abcdef01")'],
    ['ab cd ef 01 23 45 67', words7],
  ])('of the words %j', (text, expected) => {
    expect(words(text)).toBe(expected);
  });

  it.each([
    ['Acme Chips', `{make} : "acme ${MARK}chips"`],
    ['CN=Root, O=Acme', `{make} : "cn=${MARK}root,${MARK}o=${MARK}acme"`],
    ['A', `{make} : "${MARK}a"`],
    ['0123456789abcdef', '{make} : "0123456789abcdef"'],
  ])('of the text %j as a whole', (text, expected) => {
    expect(whole(text)).toBe(expected);
  });

  it('joins all that is sought, and is none when nothing is', () => {
    const both = matchOf([
      { columns: ['make'], text: 'acme' },
      undefined,
      { columns: ['model'], text: '' },
      { columns: ['model'], text: 'ftm' },
    ]);
    expect(both).toBe('{make} : "acme" AND {model} : "ftm"');
    expect(matchOf([{ columns: ['make'], text: undefined }])).toBeUndefined();
  });

  it('takes no more than sixteen words', () => {
    expect(words(Array(100).fill('word').join(' '))?.match(/"word"/g)).toHaveLength(16);
  });

  it('is never read as anything but text, whatever is typed, and finds what is there', () => {
    const sqlite = new Database(':memory:');
    sqlite.exec(`CREATE VIRTUAL TABLE s USING fts5(make, ids, content='', contentless_delete=1, tokenize='trigram')`);
    const insert = sqlite.prepare('INSERT INTO s (rowid, make) VALUES (1, ?)');
    const find = sqlite.prepare('SELECT rowid FROM s WHERE s MATCH ?');
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'"*^(){}:-+ aNORDAT') }),
    );
    fc.assert(
      fc.property(anything, (typed) => {
        for (const match of [words(typed), whole(typed)]) if (match !== undefined) expect(find.all(match)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    insert.run(`${MARK}acme ${MARK}"ftm"`);
    for (const text of ['acm', '"ftm"', 'a', 'ac', 'm"', 'acme "ftm"'])
      expect([text, find.all(words(text)).length]).toEqual([text, text === 'm"' ? 0 : 1]);
    sqlite.close();
  });
});
