import { ANY_POLICY } from '../extensions/policies.ts';
import type { FaultData } from '../faults.ts';
import { showOid } from '../known-oids.ts';
import { Limit } from './limit.ts';
import { type Finding, labelOf, limitedBy, type Step } from './problem.ts';

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
  #level: Level = new Map([[ANY_POLICY, new Set([ANY_POLICY])]]);
  /** Where and why the level became empty. */
  #end: End | undefined;
  readonly #explicitPolicy = new Limit();
  readonly #policyMapping = new Limit();
  readonly #inhibitAnyPolicy = new Limit();

  /** 6.1.3 (d)-(f). */
  process(step: Step): Finding | undefined {
    const { certificate, last } = step;
    const anyAllowed = !this.#inhibitAnyPolicy.reached || (!last && certificate.selfIssued);
    const next = nextLevel(this.#level, certificate.policies ?? [], anyAllowed);
    const anyWanted = !anyAllowed && (certificate.policies ?? []).includes(ANY_POLICY);
    if (next.size === 0) this.#endAt(step, anyWanted ? 'path-policy-any' : 'path-policy', this.#inhibitAnyPolicy.by);
    this.#level = next;
    return this.#verdict();
  }

  /** 6.1.4 (a), (b) and (h)-(j): before the certificate's own issuing is looked at. */
  prepareNext(step: Step): Finding | undefined {
    const { policyMappings, policyConstraints, inhibitAnyPolicy, selfIssued } = step.certificate;
    if (
      policyMappings.some((each) => each.issuerDomainPolicy === ANY_POLICY || each.subjectDomainPolicy === ANY_POLICY)
    ) {
      return { name: 'path-policy-mapping' };
    }
    this.#map(step);
    if (!selfIssued) this.#countDown();
    this.#explicitPolicy.lower(policyConstraints?.requireExplicitPolicy, step);
    this.#policyMapping.lower(policyConstraints?.inhibitPolicyMapping, step);
    this.#inhibitAnyPolicy.lower(inhibitAnyPolicy, step);
    return undefined;
  }

  /** 6.1.5 (a), (b) and (g), for the last certificate. */
  wrapUp(step: Step): Finding | undefined {
    this.#explicitPolicy.countDown();
    if (step.certificate.policyConstraints?.requireExplicitPolicy === 0) this.#explicitPolicy.lower(0, step);
    return this.#verdict();
  }

  #verdict(): Finding | undefined {
    if (!this.#explicitPolicy.reached || this.#level.size > 0 || this.#end === undefined) return undefined;
    return finding(this.#end, this.#explicitPolicy.by);
  }

  /** Only the certificate at which the last policy was lost is remembered: below it nothing can be won back. */
  #endAt(step: Step, name: End['name'], inhibitedBy: Step | undefined): void {
    this.#end ??= { step, name, above: this.#level, inhibitedBy };
  }

  /** 6.1.4 (b). */
  #map(step: Step): void {
    const level = new Map(this.#level);
    const bySource = Map.groupBy(step.certificate.policyMappings, (each) => each.issuerDomainPolicy);
    for (const [source, mappings] of bySource) {
      if (this.#policyMapping.reached) level.delete(source);
      else if (level.has(source) || level.has(ANY_POLICY)) {
        level.set(source, new Set(mappings.map((each) => each.subjectDomainPolicy)));
      }
    }
    if (level.size === 0) this.#endAt(step, 'path-policy-mapping-inhibited', this.#policyMapping.by);
    this.#level = level;
  }

  /** 6.1.4 (h). */
  #countDown(): void {
    this.#explicitPolicy.countDown();
    this.#policyMapping.countDown();
    this.#inhibitAnyPolicy.countDown();
  }
}

type Level = ReadonlyMap<string, ReadonlySet<string>>;

/** The certificate at which no policy was left, what was left above it, and the CA that forbids what would have helped. */
interface End {
  readonly step: Step;
  readonly name: 'path-policy' | 'path-policy-any' | 'path-policy-mapping-inhibited';
  readonly above: Level;
  readonly inhibitedBy: Step | undefined;
}

/** `requiredBy` is the certificate that asks for a policy; it need not be the one that has none. */
function finding(end: End, requiredBy: Step | undefined): Finding {
  return { name: end.name, data: { ...limitedBy(requiredBy), ...comparedPolicies(end) }, blamed: end.step };
}

function comparedPolicies({ step, name, above, inhibitedBy }: End): FaultData {
  const { policies = [], policyMappings } = step.certificate;
  const expected = showPolicies(expectedPolicies(above));
  if (name === 'path-policy') return { expected, found: showPolicies(policies) };
  const inhibited: FaultData =
    inhibitedBy === undefined
      ? {}
      : { inhibitedBy: labelOf(inhibitedBy.certificate), inhibitedByStep: inhibitedBy.number };
  if (name === 'path-policy-any') return { ...inhibited, expected };
  const mapped = new Set(policyMappings.map((each) => each.issuerDomainPolicy));
  return { ...inhibited, mapped: showPolicies([...mapped]) };
}

/** So many policies are shown; nobody reads more. */
const MAX_POLICIES_SHOWN = 5;

function showPolicies(policies: readonly string[]): string {
  const shown = policies.slice(0, MAX_POLICIES_SHOWN).map(showOid);
  const more = policies.length > shown.length ? ['…'] : [];
  return [...shown, ...more].join(' | ') || '–';
}

function expectedPolicies(level: Level): readonly string[] {
  return [...new Set([...level.values()].flatMap((set) => [...set]))];
}

/** 6.1.3 (d), (e): the level below; without policies in the certificate it is empty. */
function nextLevel(above: Level, policies: readonly string[], anyAllowed: boolean): Level {
  const expected = new Set(expectedPolicies(above));
  const next = new Map<string, ReadonlySet<string>>();
  for (const policy of policies) {
    if (policy !== ANY_POLICY && (expected.has(policy) || above.has(ANY_POLICY))) next.set(policy, new Set([policy]));
  }
  if (policies.includes(ANY_POLICY) && anyAllowed) {
    for (const policy of expected) if (!next.has(policy)) next.set(policy, new Set([policy]));
  }
  return next;
}
