import type { FastifyReply, FastifyRequest } from 'fastify';
import { now } from '../lib/clock.ts';
import { MINUTE } from '../lib/durations.ts';
import { newToken } from '../lib/ids.ts';
import type { Reason } from '../lib/reasons.ts';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';
import { textsIn } from './drafts.ts';
import type { Typed } from './forms.ts';

/** How long a refused form may be shown in another language, and how many there may be: for all together, and of one sender. */
const KEPT = 30 * MINUTE;
const MOST = 500;
const MOST_OF_ONE = 20;

const COOKIE = 'pmp_refused';
/** From the change of the language to the page that it leads to, in seconds. */
const ON_THE_WAY = 60;

/** What somebody sent and was refused: what was typed (as much as a draft may hold, no passwords) and why not. */
export interface RefusedForm {
  /** Where the form's page is. */
  readonly page: string;
  readonly texts: Typed;
  readonly reasons: readonly Reason[];
}

/**
 * Forms that were refused, so that a change of the language shows them again and not the empty form (docs/decisions/0015). Only in memory,
 * each under a random key that its page carries in the language switch and that is good once.
 */
export interface RefusedForms {
  /** Keeps what a request sent; returns the key, or null where it has no texts that could be kept, as with a file. */
  keep(request: FastifyRequest, page: string, reasons: readonly Reason[]): string | null;
  /** The form that this browser comes with from a change of the language, if it is that of this page and account; null otherwise. */
  take(request: FastifyRequest, reply: FastifyReply): RefusedForm | null;
  /** Keeps a form that was taken for a further change. */
  keepOn(request: FastifyRequest, form: RefusedForm): string;
}

export function createRefusedForms(): RefusedForms {
  const forms = new Map<string, RefusedForm & { owner: string | null; sender: string; until: number }>();
  const keepOn = (request: FastifyRequest, form: RefusedForm) => {
    const owner = request.person?.id ?? null;
    const sender = owner ?? request.ip;
    for (const [key, { until }] of forms) if (until <= now()) forms.delete(key);
    const own = [...forms].filter(([, kept]) => kept.sender === sender).map(([key]) => key);
    const oldest = own.length >= MOST_OF_ONE ? own[0] : forms.size >= MOST ? [...forms.keys()][0] : undefined;
    if (oldest !== undefined) forms.delete(oldest);
    const key = newToken();
    forms.set(key, { ...form, owner, sender, until: now() + KEPT });
    return key;
  };
  return {
    keep(request, page, reasons) {
      // What was typed as the account's language gives way to the language that is chosen after it.
      const { language: _, ...texts } = textsIn(request.body);
      return Object.keys(texts).length > 0 ? keepOn(request, { page, texts, reasons }) : null;
    },
    take(request, reply) {
      const key = readCookie(request, COOKIE);
      if (key === undefined) return null;
      dropCookie(reply, COOKIE);
      const form = forms.get(key);
      forms.delete(key);
      if (form === undefined || form.until <= now() || form.owner !== (request.person?.id ?? null)) return null;
      return pathOf(form.page) === pathOf(request.url) ? form : null;
    },
    keepOn,
  };
}

/** Has the browser bring the form of a key along to the page that a change of the language leads to. */
export function bringRefusedForm(reply: FastifyReply, key: string | undefined): void {
  if (key !== undefined && /^[\w-]{43}$/.test(key)) writeCookie(reply, COOKIE, key, ON_THE_WAY);
}

const pathOf = (page: string) => page.split('?')[0] ?? '';
