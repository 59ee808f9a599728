import { malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { TAG } from '../der/tags.ts';
import { readBoolean, readCount, sequenceOf } from '../der/values.ts';

/** RFC 5280 4.2.1.9. */
export interface BasicConstraints {
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
}

const PART = 'basicConstraints';

/** Reads BasicConstraints from the extension's value. A default written out, and a negative path length, are refused. */
export function readBasicConstraints(value: DerNode): BasicConstraints {
  const fields = [...sequenceOf(value, PART)];
  const isCa = fields[0]?.tag === TAG.boolean;
  const first = isCa ? fields.shift() : undefined;
  if (first !== undefined && !readBoolean(first, PART)) malformed(PART);
  const length = fields.shift();
  if (fields.length > 0 || (length !== undefined && length.tag !== TAG.integer)) malformed(PART);
  return { isCa, pathLength: length === undefined ? undefined : readCount(length.content, PART) };
}
