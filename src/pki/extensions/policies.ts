import { malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { context, TAG } from '../der/tags.ts';
import { readCount, readOid, sequenceOf } from '../der/values.ts';

/** The special policy that stands for every policy (RFC 5280 4.2.1.4). */
export const ANY_POLICY = '2.5.29.32.0';

export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

/** RFC 5280 4.2.1.11: after how many further certificates each begins to hold. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** Reads CertificatePolicies (RFC 5280 4.2.1.4): at least one, none twice. Qualifiers are not processed. */
export function readPolicies(value: DerNode): readonly string[] {
  const part = 'certificatePolicies';
  const policies = sequenceOf(value, part).map((each) => readOid(sequenceOf(each, part)[0], part));
  if (policies.length === 0 || new Set(policies).size !== policies.length) malformed(part);
  return Object.freeze(policies);
}

/** Reads PolicyMappings (RFC 5280 4.2.1.5). */
export function readPolicyMappings(value: DerNode): readonly PolicyMapping[] {
  const part = 'policyMappings';
  const mappings = sequenceOf(value, part).map((each) => {
    const [issuer, subject, ...others] = sequenceOf(each, part);
    if (others.length > 0) malformed(part);
    return Object.freeze({ issuerDomainPolicy: readOid(issuer, part), subjectDomainPolicy: readOid(subject, part) });
  });
  return mappings.length > 0 ? Object.freeze(mappings) : malformed(part);
}

/** Reads PolicyConstraints (RFC 5280 4.2.1.11): one of the two fields at least. */
export function readPolicyConstraints(value: DerNode): PolicyConstraints {
  const part = 'policyConstraints';
  const fields = [...sequenceOf(value, part)];
  const take = (tag: number) => {
    const node = fields[0]?.tag === tag ? fields.shift() : undefined;
    return node === undefined ? undefined : readCount(node.content, part);
  };
  const constraints = { requireExplicitPolicy: take(context(0)), inhibitPolicyMapping: take(context(1)) };
  const empty = constraints.requireExplicitPolicy === undefined && constraints.inhibitPolicyMapping === undefined;
  return empty || fields.length > 0 ? malformed(part) : Object.freeze(constraints);
}

/** Reads InhibitAnyPolicy (RFC 5280 4.2.1.14). */
export function readInhibitAnyPolicy(value: DerNode): number {
  return value.tag === TAG.integer ? readCount(value.content, 'inhibitAnyPolicy') : malformed('inhibitAnyPolicy');
}
