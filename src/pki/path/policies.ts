import type { Certificate } from '../certificate.ts';
import { ANY_POLICY } from '../extensions/policies.ts';
import type { Finding } from './problem.ts';

/**
 * Policy processing of RFC 5280 6.1.3 (d)-(f), 6.1.4 (a), (b), (h)-(j) and 6.1.5 (a), (b), (g), for the initial settings of
 * this portal: any policy is acceptable, none of the three inhibitions is set.
 *
 * With any policy acceptable only one question is asked of the valid policy tree: is a node left at the deepest level
 * (6.1.5 (g) (ii)). A node without children is pruned upwards, so the deepest level alone answers it, and nodes of one level
 * with the same policy have the same expected policies. One map per level is therefore exact, and cannot grow without bound
 * as the tree can (RFC 9618).
 */
export class Policies {
  /** The deepest level: valid policy to expected policies. Empty: the tree is NULL. */
  #level: ReadonlyMap<string, ReadonlySet<string>> = new Map([[ANY_POLICY, new Set([ANY_POLICY])]]);
  #explicitPolicy: number;
  #policyMapping: number;
  #inhibitAnyPolicy: number;

  /** `length` is the number of certificates below the root: n of RFC 5280 6.1. */
  constructor(length: number) {
    this.#explicitPolicy = length + 1;
    this.#policyMapping = length + 1;
    this.#inhibitAnyPolicy = length + 1;
  }

  /** 6.1.3 (d)-(f). */
  process(certificate: Certificate, last: boolean): Finding | undefined {
    const anyAllowed = this.#inhibitAnyPolicy > 0 || (!last && certificate.selfIssued);
    this.#level = nextLevel(this.#level, certificate.policies ?? [], anyAllowed);
    return this.#verdict();
  }

  /** 6.1.4 (a), (b) and (h)-(j): before the certificate's own issuing is looked at. */
  prepareNext(certificate: Certificate): Finding | undefined {
    const { policyMappings, policyConstraints, inhibitAnyPolicy, selfIssued } = certificate;
    if (
      policyMappings.some((each) => each.issuerDomainPolicy === ANY_POLICY || each.subjectDomainPolicy === ANY_POLICY)
    ) {
      return { name: 'path-policy-mapping' };
    }
    this.#map(certificate);
    if (!selfIssued) this.#countDown();
    this.#explicitPolicy = Math.min(this.#explicitPolicy, policyConstraints?.requireExplicitPolicy ?? Infinity);
    this.#policyMapping = Math.min(this.#policyMapping, policyConstraints?.inhibitPolicyMapping ?? Infinity);
    this.#inhibitAnyPolicy = Math.min(this.#inhibitAnyPolicy, inhibitAnyPolicy ?? Infinity);
    return undefined;
  }

  /** 6.1.5 (a), (b) and (g), for the last certificate. */
  wrapUp({ policyConstraints }: Certificate): Finding | undefined {
    this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
    if (policyConstraints?.requireExplicitPolicy === 0) this.#explicitPolicy = 0;
    return this.#verdict();
  }

  #verdict(): Finding | undefined {
    return this.#explicitPolicy > 0 || this.#level.size > 0 ? undefined : { name: 'path-policy' };
  }

  /** 6.1.4 (b). */
  #map({ policyMappings }: Certificate): void {
    const level = new Map(this.#level);
    const bySource = Map.groupBy(policyMappings, (each) => each.issuerDomainPolicy);
    for (const [source, mappings] of bySource) {
      if (this.#policyMapping === 0) level.delete(source);
      else if (level.has(source) || level.has(ANY_POLICY)) {
        level.set(source, new Set(mappings.map((each) => each.subjectDomainPolicy)));
      }
    }
    this.#level = level;
  }

  /** 6.1.4 (h). */
  #countDown(): void {
    this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
    this.#policyMapping = Math.max(0, this.#policyMapping - 1);
    this.#inhibitAnyPolicy = Math.max(0, this.#inhibitAnyPolicy - 1);
  }
}

/** 6.1.3 (d), (e): the level below; without policies in the certificate it is empty. */
function nextLevel(
  above: ReadonlyMap<string, ReadonlySet<string>>,
  policies: readonly string[],
  anyAllowed: boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  const expected = new Set([...above.values()].flatMap((set) => [...set]));
  const next = new Map<string, ReadonlySet<string>>();
  for (const policy of policies) {
    if (policy !== ANY_POLICY && (expected.has(policy) || above.has(ANY_POLICY))) next.set(policy, new Set([policy]));
  }
  if (policies.includes(ANY_POLICY) && anyAllowed) {
    for (const policy of expected) if (!next.has(policy)) next.set(policy, new Set([policy]));
  }
  return next;
}
