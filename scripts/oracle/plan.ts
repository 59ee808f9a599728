import type { Overrides } from '../../test/support/certificates.ts';
import type { RawExtension } from '../../test/support/extensions.ts';
import { KeyRing } from './keys.ts';
import type { Random } from './random.ts';

/** The instant at which every chain is judged, a whole second as OpenSSL counts them. */
export const AT = Date.UTC(2026, 10, 24, 12);

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** A certificate that is still to be made; mutations change it before. */
export interface Draft {
  readonly kind: 'root' | 'ca' | 'leaf';
  /** Whose name and key issue it; undefined for one that signs itself. */
  issuer: Draft | undefined;
  /** The trust store holds it (for a leaf: means nothing). */
  stored: boolean;
  readonly set: Changeable<Overrides>;
}

/** A chain that is still to be made. `main` runs from the root to the leaf; `others` stand beside it. */
export interface Plan {
  readonly main: Draft[];
  readonly others: Draft[];
  readonly random: Random;
  readonly keys: KeyRing;
}

/** A root, none to four CA certificates (sometimes up to eight, the most that the rules allow), and a leaf, with nothing wrong. */
export function plainPlan(random: Random): Plan {
  const keys = new KeyRing(random);
  const root = draft('root', undefined, { subject: { O: 'Oracle', CN: 'Root' }, key: keys.take() });
  const plan: Plan = { main: [root], others: [], random, keys };
  const depth = random.chance(0.04) ? 5 + random.below(4) : random.below(5);
  for (let level = 1; level <= depth; level += 1) addCa(plan, level, depth);
  const leaf = draft('leaf', plan.main.at(-1), { subject: { O: 'Oracle', CN: 'Leaf' }, key: keys.take() });
  plan.main.push(leaf);
  return plan;
}

function addCa(plan: Plan, level: number, depth: number): void {
  const { random, keys } = plan;
  const name = random.chance(0.1) ? nameOf(above(plan)) : { O: 'Oracle', OU: 'Certification', CN: `CA ${level}` };
  const ca = draft('ca', above(plan), { subject: name, key: keys.take() });
  if (random.chance(0.25)) ca.set.pathLength = depth - level + random.below(2);
  if (random.chance(0.15)) ca.set.keyUsage = null;
  plan.main.push(ca);
}

/** A certificate with what its kind needs, and these changes. */
export function draft(kind: Draft['kind'], issuer: Draft | undefined, set: Overrides): Draft {
  const usual: Overrides = { at: AT, extensions: [] };
  return { kind, issuer, stored: true, set: { ...usual, ...set } };
}

/** The lowest certificate so far. */
function above(plan: Plan): Draft {
  const lowest = plan.main.at(-1);
  if (lowest === undefined) throw new Error('a chain begins with a root');
  return lowest;
}

export function nameOf({ set }: Draft): NonNullable<Overrides['subject']> {
  return set.subject ?? {};
}

export function rootOf(plan: Plan): Draft {
  return plan.main[0] as Draft;
}

export function leafOf(plan: Plan): Draft {
  return plan.main.at(-1) as Draft;
}

/** The root and the CA certificates of the main line. */
export function issuersOf(plan: Plan): Draft[] {
  return plan.main.slice(0, -1);
}

/** The CA certificates of the main line that are not roots; one is added where there is none. */
export function intermediatesOf(plan: Plan): [Draft, ...Draft[]] {
  if (plan.main.length === 2) insertCa(plan, 1);
  const [first, ...others] = plan.main.slice(1, -1);
  return [first as Draft, ...others];
}

/** Puts one more CA certificate into the main line, at this place. */
export function insertCa(plan: Plan, place: number, set: Overrides = {}): Draft {
  const below = plan.main[place] as Draft;
  const subject = { O: 'Oracle', OU: 'Certification', CN: `Extra ${plan.main.length} ${place}` };
  const added = draft('ca', plan.main[place - 1], { subject, key: plan.keys.take(), ...set });
  below.issuer = added;
  plan.main.splice(place, 0, added);
  return added;
}

/** Gives a certificate an extension, in place of one of the same kind. */
export function put(certificate: Draft, ...extensions: readonly RawExtension[]): void {
  for (const each of extensions) {
    const others = (certificate.set.extensions ?? []).filter(({ oid }) => oid !== each.oid);
    certificate.set.extensions = [...others, each];
  }
}
