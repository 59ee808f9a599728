import type { Format } from '../i18n/format.ts';
import type { Translate } from '../i18n/index.ts';
import { hasWording, type Language } from '../i18n/index.ts';
import type { Reason } from '../lib/reasons.ts';

/** A reason in the reader's language. */
export interface WordedReason {
  readonly code: string;
  readonly title: string | null;
  readonly text: string;
  /** What to do about it; null where the text already says it. */
  readonly next: string | null;
  readonly field: string | null;
}

/** Words reasons: `reasons.<name>` or, for what is wrong with a certificate, `faults.<name>`; each with `text`, and `title` and `next` where there are any. */
export function wordReasons(reasons: readonly Reason[], language: Language, t: Translate, fmt: Format): WordedReason[] {
  return reasons.map((reason) => {
    const base = hasWording(language, `faults.${reason.name}.text`)
      ? `faults.${reason.name}`
      : `reasons.${reason.name}`;
    const data = showInstants(reason.data ?? {}, fmt);
    const optional = (part: string) => (hasWording(language, `${base}.${part}`) ? t(`${base}.${part}`, data) : null);
    return {
      code: reason.code,
      title: optional('title'),
      text: t(`${base}.text`, data),
      next: optional('next'),
      field: reason.field ?? null,
    };
  });
}

/** Instants (UTC ms under keys that end in "At") become dates in the reader's language. */
function showInstants(data: Readonly<Record<string, string | number>>, fmt: Format): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      key.endsWith('At') && typeof value === 'number' ? fmt.dateTime(value) : value,
    ]),
  );
}
