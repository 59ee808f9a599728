import * as z from 'zod';
import type { Reason } from '../lib/reasons.ts';
import { foldSpace } from '../lib/text.ts';

/** A form's body turned into a value, or the reasons against it with what was typed. */
export type FormResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reasons: readonly Reason[]; readonly typed: Typed };

/** What was typed, by field, to be shown again. Only text; a field sent twice or as something else is empty. */
export type Typed = Readonly<Record<string, string>>;

export interface TextRule {
  readonly min?: number;
  readonly max: number;
  /** What the whole text must look like; `name` is the wording under `reasons`. */
  readonly form?: { readonly pattern: RegExp; readonly name: string };
  /** Keep white space and line ends inside as typed; only the ends are trimmed. */
  readonly verbatim?: boolean;
}

/** A field of text: trimmed and its white space folded, then missing PMP-FV-001, length -002 (in characters), form -003. */
export function text(rule: TextRule) {
  return z.unknown().transform((value, context) => {
    if (typeof value !== 'string') return refuse(context, value === undefined ? missing : malformed);
    const typed = rule.verbatim === true ? value.replace(/\r\n?/g, '\n').normalize('NFC').trim() : foldSpace(value);
    if (typed === '') return refuse(context, missing);
    const length = [...typed].length;
    if (length > rule.max)
      return refuse(context, { code: 'PMP-FV-002', name: 'too-long', data: { length, max: rule.max } });
    if (length < (rule.min ?? 1))
      return refuse(context, { code: 'PMP-FV-002', name: 'too-short', data: { length, min: rule.min ?? 1 } });
    if (hasControlCharacters(typed, rule.verbatim === true)) return refuse(context, malformed);
    if (rule.form !== undefined && !rule.form.pattern.test(typed))
      return refuse(context, { code: 'PMP-FV-003', name: rule.form.name });
    return typed;
  });
}

/** A field that takes one of a few values. */
export function choice<const T extends readonly [string, ...string[]]>(values: T, reason: Reason = malformed) {
  return z.unknown().transform((value, context): T[number] => {
    if (value === undefined || value === '') return refuse(context, missing);
    const found = values.find((candidate) => candidate === value);
    return found ?? refuse(context, reason);
  });
}

const missing: Reason = { code: 'PMP-FV-001', name: 'missing' };
const malformed: Reason = { code: 'PMP-FV-003', name: 'malformed' };

/** Reports a reason from inside a zod transform. */
export function refuse(context: z.RefinementCtx, reason: Reason): never {
  context.addIssue({ code: 'custom', params: { reason } });
  return z.NEVER;
}

/**
 * Reads a form. Unknown fields are dropped (no mass assignment); every reason is listed, those of the fields in the order of the schema.
 * @param body the parsed body; anything but an object counts as empty
 * @param across reasons that compare fields; called with what was typed whether or not single fields are wrong
 */
export function parseForm<T extends z.ZodType>(
  schema: T,
  body: unknown,
  across: (typed: Typed) => readonly Reason[] = () => [],
): FormResult<z.output<T>> {
  const isForm = typeof body === 'object' && body !== null && !Array.isArray(body);
  const fields = isForm ? (body as Record<string, unknown>) : {};
  const parsed = schema.safeParse(fields);
  const typed = typedIn(fields);
  const further = across(typed);
  if (parsed.success && further.length === 0) return { ok: true, value: parsed.data };
  const own = parsed.success ? [] : parsed.error.issues.map(toReason);
  return { ok: false, reasons: [...own, ...further], typed };
}

/** The text fields of a body. */
export function typedIn(body: unknown): Typed {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function toReason(issue: z.core.$ZodIssue): Reason {
  const reason = issue.code === 'custom' ? (issue.params?.reason as Reason | undefined) : undefined;
  const field = issue.path[0];
  return { ...(reason ?? malformed), ...(field === undefined ? {} : { field: String(field) }) };
}

/** Control characters have no place in a name; line ends and tabs may stand in longer texts. */
function hasControlCharacters(typed: string, lines: boolean): boolean {
  return (lines ? /[^\P{Cc}\r\n\t]/u : /\p{Cc}/u).test(typed);
}
