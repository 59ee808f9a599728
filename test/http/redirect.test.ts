import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localPath } from '../../src/http/redirect.ts';

describe('a path that came from outside', () => {
  test.each([
    '/',
    '/chips',
    '/chips?page=2&sort=-make',
    '/chips/abc/decision/new',
    '/a%20b?q=%2F%2Fx',
    '/login?next=%2F',
  ])('%s stays', (path) => expect(localPath(path)).toBe(path));

  test.each([
    ['nothing', undefined],
    ['a list', ['/chips', '/x']],
    ['an empty text', ''],
    ['another site', 'https://evil.example/'],
    ['another site without scheme', '//evil.example'],
    ['a backslash', '/\\evil.example'],
    ['a backslash further on', '/chips\\..\\..\\evil.example'],
    ['two slashes behind a dot', '/.//evil.example'],
    ['two slashes behind two dots', '/..//evil.example'],
    ['two slashes behind an encoded dot', '/%2e//evil.example'],
    ['two slashes behind a folder', '/a/..//evil.example'],
    ['a tab', '/\t/evil.example'],
    ['a line end', '/\n/evil.example'],
    ['a header of its own', '/chips\r\nSet-Cookie: x=y'],
    ['no slash', 'chips'],
    ['a script', 'javascript:alert(1)'],
    ['a space', '/ /evil.example'],
    ['other letters', '/кот'],
  ])('%s becomes the home page', (_, path) => expect(localPath(path)).toBe('/'));

  test('whatever it is, a browser stays on this site', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      'evil.example',
      '@',
      ':',
      '?',
      '#',
      '\t',
      ' ',
      'http:',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = localPath(`/${pieces.join('')}`);
        expect(new URL(path, 'https://pmp.test/login').origin).toBe('https://pmp.test');
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
      }),
      { numRuns: 2000 },
    );
  });
});
