import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLanguage, LANGUAGES, type Language, type Translate } from '../i18n/index.ts';
import { readCookie, writeCookie } from './cookies.ts';

const COOKIE = 'pmp_language';
/** How long a browser remembers the language, in seconds. */
const YEAR = 31_536_000;

/** The account's language, else the one this browser was used in last (cookie), else what the browser asks for. */
export function languageOf(request: FastifyRequest): Language {
  if (request.person) return request.person.language;
  const cookie = readCookie(request, COOKIE);
  return isLanguage(cookie) ? cookie : (askedFor(request.headers['accept-language'] ?? '') ?? 'en');
}

/** Has the browser remember a language, for the pages before signing in. */
export function rememberLanguage(reply: FastifyReply, language: Language): void {
  writeCookie(reply, COOKIE, language, YEAR);
}

/** The languages to choose from, each under its own name. */
export function languageChoices(t: Translate): { value: Language; label: string; lang: Language }[] {
  return LANGUAGES.map((code) => ({ value: code, label: t(`language.${code}`), lang: code }));
}

/** The same for the switch in the frame, which tells the language of the page apart. */
export function languageMenu(language: Language, t: Translate) {
  return languageChoices(t).map((choice) => ({ ...choice, current: choice.value === language }));
}

/** So many headers are remembered, and none that is longer than browsers send. */
const [MOST_REMEMBERED, LONGEST_REMEMBERED] = [1_000, 200];
const preferred = new Map<string, Language | undefined>();

/** The language of ours that an `Accept-Language` header prefers. Browsers send few different ones, and a page asks a dozen times. */
function askedFor(header: string): Language | undefined {
  if (header.length > LONGEST_REMEMBERED) return preferredIn(header);
  if (!preferred.has(header)) {
    if (preferred.size >= MOST_REMEMBERED) preferred.clear();
    preferred.set(header, preferredIn(header));
  }
  return preferred.get(header);
}

/** RFC 9110 12.5.4: `de, fr-CH;q=0.8, ar;q=0.9` → Arabic. */
function preferredIn(header: string): Language | undefined {
  const ranges = header.split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
    const quality = parameters.find((each) => each.startsWith('q='))?.slice(2) ?? '1';
    return { language: range.split('-')[0], quality: Number(quality) };
  });
  const wanted = ranges.filter(({ quality }) => quality > 0).sort((one, other) => other.quality - one.quality);
  return wanted.map(({ language }) => language).find(isLanguage);
}
