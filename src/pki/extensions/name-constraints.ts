import { Malformed, malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { context, contextConstructed } from '../der/tags.ts';
import { sequenceOf } from '../der/values.ts';
import { type GeneralName, readGeneralName } from '../names/general-name.ts';

/** One subtree of names. With `bounds` (a minimum or maximum, which RFC 5280 forbids) it cannot be processed. */
export interface Subtree {
  readonly base: GeneralName;
  readonly bounds: boolean;
}

/** RFC 5280 4.2.1.10. */
export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

const PART = 'nameConstraints';

/** Reads NameConstraints: permitted or excluded subtrees, each list with at least one. */
export function readNameConstraints(value: DerNode): NameConstraints {
  const fields = [...sequenceOf(value, PART)];
  const take = (number: number) => {
    const node = fields[0]?.tag === contextConstructed(number) ? fields.shift() : undefined;
    return node === undefined ? undefined : readSubtrees(node);
  };
  const permitted = take(0);
  const excluded = take(1);
  if (fields.length > 0 || (permitted === undefined && excluded === undefined)) malformed(PART);
  return Object.freeze({ permitted: permitted ?? [], excluded: excluded ?? [] });
}

function readSubtrees(node: DerNode): readonly Subtree[] {
  if (node.children.length === 0) malformed(PART);
  return Object.freeze(node.children.map(readSubtree));
}

function readSubtree(node: DerNode): Subtree {
  const [base, ...bounds] = sequenceOf(node, PART);
  bounds.forEach(refuseDefaultMinimum);
  return Object.freeze({ base: checkBase(readGeneralName(base, PART)), bounds: bounds.length > 0 });
}

/** A minimum of 0 is the default, which DER does not write (X.690 11.5). */
function refuseDefaultMinimum(bound: DerNode): void {
  const isZero = bound.content.length === 1 && bound.content[0] === 0;
  if (bound.tag === context(0) && isZero) throw new Malformed('certificate-not-der', { offset: bound.start });
}

/** An address with its mask: 8 octets for IPv4, 32 for IPv6. */
function checkBase(base: GeneralName): GeneralName {
  return base.form === 'ip' && base.octets.length !== 8 && base.octets.length !== 32 ? malformed(PART) : base;
}
