import type { Format } from '../i18n/format.ts';
import type { Translate } from '../i18n/index.ts';
import { hasWording, type Language } from '../i18n/index.ts';
import type { Reason } from '../lib/reasons.ts';
import type { Person } from './session.ts';

/** Whom a reason is worded for; a request is one. `person` null: nobody who has signed in. */
export interface Reader {
  readonly language: Language;
  readonly t: Translate;
  readonly fmt: Format;
  readonly person: Pick<Person, 'role'> | null;
}

/** A reason in the reader's language. */
export interface WordedReason {
  readonly code: string;
  readonly title: string | null;
  readonly text: string;
  /** What to do about it; null where the text already says it. */
  readonly next: string | null;
  /** Where it can be put right; null where there is no such page. */
  readonly cure: { readonly href: string; readonly label: string } | null;
  readonly field: string | null;
  /** What the field is called on the page; null where no field of `fields.…` is meant. */
  readonly label: string | null;
}

/**
 * Words reasons: `reasons.<name>` or, for what is wrong with a certificate, `faults.<name>`; each with `text`, and `title` and `next`
 * where there are any. A reason that consists in another one (`because`) goes on with that one's text; one that stands at a step of
 * a chain ends by saying at which. What an admin can do about it oneself has words of its own, `next-for-admin`.
 */
export function wordReasons(reasons: readonly Reason[], { language, t, fmt, person }: Reader): WordedReason[] {
  const next = person?.role === 'PARTNER_ADMIN' ? ['next-for-admin', 'next'] : ['next'];
  return reasons.map((reason) => {
    const data = showInstants(reason.data ?? {}, fmt);
    const base = baseOf(reason.name, language, data);
    const part = (key: string) => (hasWording(language, key, data) ? t(key, data) : null);
    const because = data.because === undefined ? null : t(`${baseOf(String(data.because), language, data)}.text`, data);
    const where = data.step === undefined ? null : t('chain.breaks-at', data);
    return {
      code: reason.code,
      title: part(`${base}.title`),
      text: [t(`${base}.text`, data), because, where].filter((each) => each !== null).join(' '),
      next: next.map((key) => part(`${base}.${key}`)).find((text) => text !== null) ?? null,
      cure: reason.cure === undefined ? null : { href: reason.cure, label: t(`${base}.cure`, data) },
      field: reason.field ?? null,
      label: labelOf(reason.field, language, t),
    };
  });
}

/** A reason as running text: what it is, what was compared, what to do. */
export function inOneLine({ title, text, next }: WordedReason): string {
  return [title, text, next].filter((part) => part !== null).join(' ');
}

function baseOf(name: string, language: Language, data: Readonly<Record<string, string | number>>): string {
  return hasWording(language, `faults.${name}.text`, data) ? `faults.${name}` : `reasons.${name}`;
}

/** `firstName` is called `fields.first-name` in the catalogue. */
function labelOf(field: string | undefined, language: Language, t: Translate): string | null {
  const key = `fields.${(field ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return hasWording(language, key) ? t(key) : null;
}

/**
 * Instants (UTC ms under keys that end in "At") become dates in the reader's language; with seconds where two that differ would
 * otherwise read the same, so that a reason always shows what was compared.
 */
function showInstants(data: Readonly<Record<string, string | number>>, fmt: Format): Record<string, string | number> {
  const instants = Object.entries(data).flatMap(([key, value]) => (isInstant(key, value) ? [value as number] : []));
  const alike = new Set(instants.map(fmt.dateTime)).size < new Set(instants).size;
  const show = alike ? fmt.exact : fmt.dateTime;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, isInstant(key, value) ? show(value as number) : value]),
  );
}

function isInstant(key: string, value: string | number): boolean {
  return key.endsWith('At') && typeof value === 'number';
}
