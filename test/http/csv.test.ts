import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/http/csv.ts';

describe('a line of CSV', () => {
  it('quotes text, doubles quotes, and keeps line ends inside them (RFC 4180)', () => {
    expect(csvLine(['plain', 'a,b', 'say "hi"', 'two\r\nlines', '', null, 42, -1])).toBe(
      '"plain","a,b","say ""hi""","two\r\nlines","",,42,-1\r\n',
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    ' =1+1',
    '\t=1',
    '\u00a0=1',
    '\u3000@x',
    '\u200b=1',
    '\ufeff=1',
    '\u200f+1',
    '\u0000=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    '﹦1',
    '﹢1',
    '﹣1',
    '﹫x',
    ' ＝1',
    '="a","b"',
  ])('lets %j be no formula', (text) => {
    expect(csvLine([text])).toBe(`"'${text.replaceAll('"', '""')}"\r\n`);
  });

  it.each(['a=1', '1+1', '2026-11-24T09:05:00.000Z', "'=1", '(−1)', 'Ø_', 'a\tb', '#1', '.', '', '_'])(
    'leaves %j as it is',
    (text) => {
      expect(csvLine([text])).toBe(`"${text}"\r\n`);
    },
  );
});
