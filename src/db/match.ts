import { caseKey } from '../lib/text.ts';

/** Stands before each word in what is searched, so that words of one or two characters find beginnings of words. */
const MARK = '\u0002\u0002';
/** After these signs a new word begins (as in migrations/0006_lists.sql). */
const BOUNDARY = /[ \-_.@,=]/g;
/** More words than anybody types. */
const MOST_WORDS = 16;
/** Of ids and fingerprints so many digits are searched. */
const ID_DIGITS = 8;
const ID = /^[0-9a-f]{8,}$/;
/** As the pages show fingerprints: digits in pairs, parted by spaces or colons. */
const FINGERPRINT = /^(?:[0-9a-f]{2}[ :]?){8,32}$/;

/** What is looked for in which columns of a search table. */
export interface Sought {
  readonly columns: readonly string[];
  readonly text: string | undefined;
  /** Each word by itself, in any of the columns, or as the beginning of an id; otherwise the text as a whole. */
  readonly words?: true;
}

/**
 * The MATCH expression of FTS5 that finds all that is sought; undefined where nothing is. A text of three characters or more is found
 * anywhere in a column, whatever the case; a shorter one at the beginning of a word. Everything typed stands in quotes: nothing in it
 * is read as part of the expression.
 */
export function matchOf(sought: readonly (Sought | undefined)[]): string | undefined {
  const terms = sought.flatMap((each) => (each === undefined ? [] : termsOf(each)));
  return terms.length === 0 ? undefined : terms.join(' AND ');
}

/** The first digits of an id, as search tables keep them. */
export function beginning(id: string): string {
  return id.slice(0, ID_DIGITS);
}

function termsOf({ columns, text, words }: Sought): string[] {
  const key = caseKey((text ?? '').replaceAll('\u0000', ''));
  if (key === '') return [];
  const within = (phrase: string) => `{${columns.join(' ')}} : ${quote(marked(phrase))}`;
  // Pages show names of certificates with a space between their parts; they are stored without.
  if (words !== true) return [within(key.replace(/, (?=[a-z0-9.]+=)/g, ','))];
  const each = FINGERPRINT.test(key) ? [key.replace(/[ :]/g, '')] : key.split(' ').slice(0, MOST_WORDS);
  return each.map((word) => (ID.test(word) ? `(${within(word)} OR ids : ${quote(beginning(word))})` : within(word)));
}

function marked(text: string): string {
  const inside = text.replace(BOUNDARY, (sign) => sign + MARK);
  return [...inside].length < 3 ? MARK + inside : inside;
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
