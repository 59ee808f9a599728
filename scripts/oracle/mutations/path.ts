import { AsnConvert } from '@peculiar/asn1-schema';
import type { AttributeSpec, NameSpec, StringKind } from '../../../test/support/names.ts';
import { makeName } from '../../../test/support/names.ts';
import { draft, insertCa, intermediatesOf, issuersOf, leafOf, nameOf, type Plan, rootOf } from '../plan.ts';
import type { Mutation } from './mutation.ts';

/** How certificates hang together: names, lengths, and CA certificates beside the path. */
export const PATH_MUTATIONS = {
  'path length': (plan) => {
    const place = plan.random.below(plan.main.length - 1);
    const below = plan.main.length - 2 - place;
    const { set } = plan.main[place] ?? rootOf(plan);
    set.pathLength = Math.max(0, below + plan.random.pick([-2, -1, -1, 0, 1]));
  },

  'stretched path': (plan) => {
    const places = issuersOf(plan).length;
    const limited = plan.random.pick(issuersOf(plan));
    limited.set.pathLength = plan.main.length - 2 - plan.main.indexOf(limited);
    insertCa(plan, 1 + plan.random.below(places));
  },

  'self-issued in between': (plan) => {
    const place = 1 + plan.random.below(plan.main.length - 1);
    const upper = plan.main[place - 1] ?? rootOf(plan);
    const limited = plan.random.pick(issuersOf(plan));
    limited.set.pathLength = plan.main.length - 2 - plan.main.indexOf(limited);
    insertCa(plan, place, { subject: nameOf(upper) });
  },

  'ten or eleven certificates': (plan) => {
    const wanted = plan.random.pick([10, 10, 11]);
    for (const { set } of issuersOf(plan)) delete set.pathLength;
    while (plan.main.length < wanted)
      insertCa(plan, 1, { key: plan.keys.take(plan.random.pick(['P-256', 'Ed25519'])) });
  },

  'swapped names': (plan) => {
    intermediatesOf(plan);
    const [one, other] = plan.random.some(plan.main, 2, 2);
    if (one === undefined || other === undefined) return;
    if (plan.random.chance(0.5)) one.set.issuerDer = der(nameOf(other));
    else [one.set.subject, other.set.subject] = [nameOf(other), nameOf(one)];
  },

  'other spelling of a name': (plan) => {
    const place = 1 + plan.random.below(plan.main.length - 1);
    const below = plan.main[place] ?? leafOf(plan);
    const upper = plan.main[place - 1] ?? rootOf(plan);
    const kinds: readonly StringKind[] = [
      'utf8String',
      'printableString',
      'teletexString',
      'bmpString',
      'universalString',
    ];
    const value = plan.random.pick(['Müller  CA', 'Acme CA 7']);
    const attribute = (text: string): AttributeSpec => [
      'CN',
      text,
      plan.random.pick(kinds.filter((kind) => kind !== 'printableString' || !/ü/i.test(value))),
    ];
    upper.set.subject = [attribute(value)];
    for (const { set, issuer } of plan.main) if (issuer === upper) set.issuerDer = der([attribute(value)]);
    const spelling = plan.random.pick([
      value.toLowerCase(),
      ` ${value} `,
      value.replace(' ', '   '),
      `${value}x`,
      value.toUpperCase(),
    ]);
    below.set.issuerDer = der([attribute(spelling)]);
  },

  'missing CA certificate': (plan) => {
    intermediatesOf(plan);
    plan.random.pick(issuersOf(plan)).stored = false;
  },

  'cross-signed CA': (plan) => {
    const twin = twinOf(plan, plan.random.pick(intermediatesOf(plan)));
    const root = draft('root', undefined, { subject: { O: 'Oracle', CN: 'Other Root' }, key: plan.keys.take() });
    root.stored = plan.random.chance(0.8);
    twin.issuer = root;
    plan.others.push(root, twin);
    if (plan.random.chance(0.6)) plan.random.pick(issuersOf(plan)).stored = false;
  },

  're-keyed root': (plan) => {
    const fresh = draft('root', undefined, { subject: nameOf(rootOf(plan)), key: plan.keys.take() });
    plan.others.push(fresh);
    if (plan.random.chance(0.3)) rootOf(plan).stored = false;
  },

  'same name, another key': (plan) => {
    const original = plan.random.pick(intermediatesOf(plan));
    const namesake = draft('ca', original.issuer, { ...original.set, key: plan.keys.take() });
    plan.others.push(namesake);
    if (plan.random.chance(0.3)) original.stored = false;
    if (plan.random.chance(0.3)) withoutHint(plan, original);
  },

  'same key, other limits': (plan) => {
    const original = plan.random.pick(intermediatesOf(plan));
    const twin = twinOf(plan, original);
    if (plan.random.chance(0.5)) twin.set.pathLength = 0;
    else twin.set.isCa = false;
    plan.others.push(twin);
    if (plan.random.chance(0.3)) original.stored = false;
  },

  'CAs that sign each other': (plan) => {
    const upper = plan.random.pick(intermediatesOf(plan));
    const lower = plan.main[plan.main.indexOf(upper) + 1];
    const signer = lower === undefined || lower.kind === 'leaf' ? insertCa(plan, plan.main.indexOf(upper) + 1) : lower;
    const back = twinOf(plan, upper);
    back.issuer = signer;
    plan.others.push(back);
    if (plan.random.chance(0.5)) upper.stored = false;
  },

  'root that is not trusted': (plan) => {
    rootOf(plan).stored = false;
  },
} satisfies Record<string, Mutation>;

/** A second certificate for the name and key of a CA. */
function twinOf(_plan: Plan, original: Plan['main'][number]) {
  return draft('ca', original.issuer, { ...original.set });
}

/** Whatever hangs below names no key. */
function withoutHint(plan: Plan, issuer: Plan['main'][number]): void {
  for (const { set, issuer: own } of plan.main) {
    if (own !== issuer) continue;
    set.changeTbs = ({ extensions }) => {
      const at = extensions?.findIndex(({ extnID }) => extnID === '2.5.29.35') ?? -1;
      if (at >= 0) extensions?.splice(at, 1);
    };
  }
}

function der(name: NameSpec): Buffer {
  return Buffer.from(AsnConvert.serialize(makeName(name)));
}
