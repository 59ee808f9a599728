import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Translate } from '../i18n/index.ts';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';

const COOKIE = 'pmp_flash';

/** A success message for the next page. `key` is stable (`data-flash`), its wording is `flash.<key>`. */
export function setFlash(reply: FastifyReply, key: string): void {
  writeCookie(reply, COOKIE, key, 600);
}

/**
 * Takes the waiting message, if any, so that it shows once. The cookie comes from the browser: only keys of the catalogue are shown.
 */
export function takeFlash(request: FastifyRequest, reply: FastifyReply, t: Translate, known: (key: string) => boolean) {
  const key = readCookie(request, COOKIE);
  if (key === undefined) return null;
  dropCookie(reply, COOKIE);
  if (!/^[a-z-]{1,40}$/.test(key) || !known(`flash.${key}`)) return null;
  return { key, text: t(`flash.${key}`) };
}
