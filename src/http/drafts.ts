import { now } from '../lib/clock.ts';
import { MINUTE } from '../lib/durations.ts';
import { type Typed, typedIn } from './forms.ts';

/** How long a draft waits for its person, and how much of it there may be: for all together, of one person, and in one. */
const KEPT = 30 * MINUTE;
const MOST_DRAFTS = 500;
const MOST_OF_ONE = 5;
const MOST_FIELDS = 40;
const MOST_CHARACTERS = 16_000;

/** How the fields of a draft are called in the sign-in form: `typed.make`. */
const PREFIX = 'typed.';
/** Never carried: passwords, tokens, and what a form says about a state that may have changed since. */
const NOT_CARRIED = /password|token|certificateId|version|accept|next|back/i;

/**
 * What people had typed into a form when their session ended, by account and by the path of the page with the form. Only in memory: what
 * somebody typed and did not send is written nowhere (docs/decisions/0015).
 */
export interface Drafts {
  /** Keeps the texts for a page; without texts nothing is kept. */
  keep(accountId: string, page: string, texts: Typed): void;
  find(accountId: string, page: string): Typed | null;
  /** The same, and forgets them. */
  take(accountId: string, page: string): Typed | null;
}

export function createDrafts(): Drafts {
  const drafts = new Map<string, { accountId: string; texts: Typed; until: number }>();
  const keyOf = (accountId: string, page: string) => `${accountId} ${pathOf(page)}`;
  const find = (key: string) => {
    const draft = drafts.get(key);
    return draft === undefined || draft.until <= now() ? null : draft.texts;
  };
  const forgetOldest = (accountId: string) => {
    for (const [key, { until }] of drafts) if (until <= now()) drafts.delete(key);
    const own = [...drafts].filter(([, draft]) => draft.accountId === accountId).map(([key]) => key);
    const oldest = own.length >= MOST_OF_ONE ? own[0] : drafts.size >= MOST_DRAFTS ? [...drafts.keys()][0] : undefined;
    if (oldest !== undefined) drafts.delete(oldest);
  };
  return {
    keep(accountId, page, texts) {
      if (Object.keys(texts).length === 0) return;
      const key = keyOf(accountId, page);
      drafts.delete(key);
      forgetOldest(accountId);
      drafts.set(key, { accountId, texts, until: now() + KEPT });
    },
    find: (accountId, page) => find(keyOf(accountId, page)),
    take(accountId, page) {
      const key = keyOf(accountId, page);
      const texts = find(key);
      drafts.delete(key);
      return texts;
    },
  };
}

/** What of a body can be carried through the sign-in: its texts, but no passwords and no tokens; as much as a draft may hold. */
export function textsIn(body: unknown): Typed {
  let room = MOST_CHARACTERS;
  const texts = Object.entries(typedIn(body)).filter(([name, value]) => {
    const fits =
      /^[A-Za-z]{1,40}$/.test(name) && !NOT_CARRIED.test(name) && value.trim() !== '' && value.length <= room;
    if (fits) room -= value.length;
    return fits;
  });
  return Object.fromEntries(texts.slice(0, MOST_FIELDS));
}

/** The same for the sign-in form, and for what a script sends when time is up: there the names have a prefix. */
export function carriedTextsIn(body: unknown): Typed {
  const carried = Object.entries(typedIn(body)).filter(([name]) => name.startsWith(PREFIX));
  return textsIn(Object.fromEntries(carried.map(([name, value]) => [name.slice(PREFIX.length), value])));
}

/** The names and values of the hidden fields that carry the texts. */
export function carriedFields(texts: Typed | null): { name: string; value: string }[] {
  return Object.entries(texts ?? {}).map(([name, value]) => ({ name: `${PREFIX}${name}`, value }));
}

const pathOf = (page: string) => page.split('?')[0] ?? '';
