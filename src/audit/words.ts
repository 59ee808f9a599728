import type { FastifyRequest } from 'fastify';
import { hasWording } from '../i18n/index.ts';

type Reader = Pick<FastifyRequest, 't' | 'language' | 'fmt'>;

/** What was done, in the reader's language. */
export function actionText(reader: Reader, action: string): string {
  return wordOr(reader, `audit.action.${action}`, action);
}

export function thingTypeText(reader: Reader, type: string): string {
  return wordOr(reader, `audit.thing.${type}`, type);
}

/** One further fact of a row. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Read from left to right whatever the language: codes, names of certificates. */
  readonly code: boolean;
}

/** The facts of a row, which are kept as a JSON object, with what they are in the reader's language. */
export function detailOf(reader: Reader, detail: string | null): Fact[] {
  const facts = detail === null ? {} : (JSON.parse(detail) as Record<string, unknown>);
  return Object.entries(facts).map(([name, value]) => ({
    label: wordOr(reader, `audit.fact.${name}`, name),
    value: INSTANTS.includes(name) ? reader.fmt.dateTime(Number(value)) : valueText(reader, name, String(value ?? '')),
    code: CODES.includes(name),
  }));
}

const CODES = ['certificate', 'fingerprint', 'serialNumber', 'subject', 'list', 'email', 'head'];

/** UTC ms. */
const INSTANTS = ['createdAt'];

/** Under which keys the values of some facts have words of their own. */
const WORDED: Readonly<Record<string, string>> = { from: 'status', kind: 'chain', language: 'language' };

function valueText(reader: Reader, name: string, value: string): string {
  const group = WORDED[name];
  return group === undefined ? value : wordOr(reader, `${group}.${value}`, value);
}

function wordOr({ t, language }: Reader, key: string, otherwise: string): string {
  return hasWording(language, key) ? t(key) : otherwise;
}
