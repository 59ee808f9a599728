import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPath } from '../support/tools.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
/** The rows of the standard that concern the portal; a file beside the project. */
const ROWS = resolve(ROOT, '../shared/asvs.md');
const present = hasPath(ROWS);

/** What a path looks like: folders of the project, or a file of its root. Others are addresses, or lie in the data directory. */
const PATH =
  /^(?:(?:src|test|docs|views|public|migrations|scripts)(?:\/[\w.-]+)*\/?|Dockerfile|[\w.-]+\.(?:json|md|ts))$/;
const NUMBER = String.raw`\d+\.\d+\.\d+`;

interface Row {
  readonly numbers: readonly string[];
  readonly state: string;
  readonly text: string;
}

/** The rows of the table of answers. */
const answers: Row[] = DOCUMENT.split('\n').flatMap((line) => {
  const [, first = '', state = '', text = ''] = line.split(/ ?\| ?/);
  const numbers = numbersIn(first);
  return line.startsWith('| ') && numbers.length > 0 ? [{ numbers, state, text }] : [];
});

/** The numbers at the beginning of a row: `6.5.2–6.5.4` are three, `7.1.1 / 7.3.1` two. */
function numbersIn(cell: string): string[] {
  const parts = new RegExp(String.raw`^${NUMBER}(?:\s*[,/–]\s*${NUMBER})*`).exec(cell)?.[0].split(/\s*[,/]\s*/) ?? [];
  return parts.flatMap((part) => {
    const [from = '', to = from] = part.split('–');
    const chapter = from.replace(/\d+$/, '');
    const [first, last] = [from, to].map((number) => Number(number.split('.').at(-1)));
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => chapter + (Number(first) + index));
  });
}

function pathsIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, quoted = '']) => quoted).filter((quoted) => PATH.test(quoted));
}

describe('docs/security.md', () => {
  it.skipIf(!present)('answers every row that concerns the portal, once, and none besides', () => {
    const asked = readFileSync(ROWS, 'utf8')
      .split('\n')
      .flatMap((line) => numbersIn(line.replace(/^\| /, '')));
    expect(asked.length).toBeGreaterThan(150);
    expect(answers.flatMap(({ numbers }) => numbers).sort()).toEqual(asked.sort());
  });

  it('names only files that are there', () => {
    const paths = pathsIn(DOCUMENT);
    expect(paths.length).toBeGreaterThan(150);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('says of each row what state it is in, and shows a file where it is met', () => {
    expect(answers.filter(({ state }) => !['met', 'deviation', 'open'].includes(state))).toEqual([]);
    expect(answers.filter(({ state, text }) => state === 'met' && pathsIn(text).length === 0)).toEqual([]);
    expect(answers.filter(({ text }) => text.length < 10)).toEqual([]);
  });
});
