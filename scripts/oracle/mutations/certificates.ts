import { basicConstraints, unknownExtension } from '../../../test/support/extensions.ts';
import { AT, issuersOf, leafOf, nameOf, type Plan, put, rootOf } from '../plan.ts';
import type { Mutation } from './mutation.ts';

const SECOND = 1_000;
const IDENTIFIERS = ['2.5.29.14', '2.5.29.35'];

/** What can be wrong with one certificate by itself. */
export const CERTIFICATE_MUTATIONS = {
  nothing: () => undefined,

  'flipped bit': (plan) => {
    const { random } = plan;
    const [place, bit] = [random.next(), random.below(8)];
    random.pick(plan.main).set.tamper = (der) => flip(der, Math.floor(place * der.length), bit);
  },

  'flipped bit in the signature': (plan) => {
    const { random } = plan;
    const [place, bit] = [random.below(40), random.below(8)];
    random.pick(plan.main).set.tamper = (der) => flip(der, der.length - 1 - place, bit);
  },

  'signed by another key': (plan) => {
    plan.random.pick(plan.main).set.signWith = plan.keys.take().privateKey;
  },

  'edge of validity': (plan) => {
    const { set } = plan.random.pick(plan.main);
    const offset = plan.random.pick([-SECOND, 0, SECOND]);
    if (plan.random.chance(0.5)) set.notBefore = AT + offset;
    else set.notAfter = AT + offset;
  },

  'overlapping validity': (plan) => {
    for (const { set } of plan.main) {
      set.notBefore = AT - plan.random.below(30_000) * SECOND;
      set.notAfter = AT + (1 + plan.random.below(30_000)) * SECOND;
    }
    const { set } = plan.random.pick(plan.main);
    if (plan.random.chance(0.5)) set.notAfter = AT - plan.random.below(30_000) * SECOND;
  },

  'no keyCertSign': (plan) => {
    plan.random.pick(plan.main).set.keyUsage = plan.random.pick([['cRLSign'], ['digitalSignature'], []]);
  },

  'CA false': (plan) => {
    const { random } = plan;
    const { set } = random.pick(issuersOf(plan));
    set.isCa = false;
    if (random.chance(0.3)) set.keyUsage = ['digitalSignature'];
  },

  'no basic constraints': (plan) => {
    plan.random.pick(issuersOf(plan)).set.isCa = null;
  },

  'leaf that is a CA': (plan) => {
    leafOf(plan).set.isCa = true;
    leafOf(plan).set.keyUsage = ['keyCertSign'];
  },

  'version 1': (plan) => {
    const { set } = plan.random.pick(plan.main);
    set.version = 1;
    set.extensions = [];
  },

  'unknown extension': (plan) => {
    put(plan.random.pick(plan.main), unknownExtension(plan.random.chance(0.7)));
  },

  'repeated extension': (plan) => {
    const { set } = plan.random.pick(plan.main);
    const added = plan.random.pick([basicConstraints(true), unknownExtension(false)]);
    set.changeTbs = ({ extensions }) => {
      const twin = extensions?.find(({ extnID }) => extnID === added.oid) ?? extensions?.[0];
      if (twin !== undefined) extensions?.push(twin);
    };
  },

  'no key identifiers': (plan) => {
    const without = plan.random.chance(0.5) ? plan.main : plan.random.some(plan.main, 1, 2);
    for (const { set } of without) {
      set.changeTbs = (tbs) => {
        const kept = tbs.extensions?.filter(({ extnID }) => !IDENTIFIERS.includes(extnID)) ?? [];
        tbs.extensions?.splice(0, tbs.extensions.length, ...kept);
        if (kept.length === 0) delete tbs.extensions;
      };
    }
  },

  'wrong key identifiers': (plan) => {
    const place = 1 + plan.random.below(plan.main.length - 1);
    const value = Buffer.from(`30168014${'ab'.repeat(20)}`, 'hex');
    const certificate = plan.main[place];
    if (certificate !== undefined) put(certificate, { oid: '2.5.29.35', value });
  },

  'name of the root on the leaf': (plan) => {
    leafOf(plan).set.subject = nameOf(rootOf(plan));
  },
} satisfies Record<string, Mutation>;

function flip(der: Buffer, at: number, bit: number): Buffer {
  const flipped = Buffer.from(der);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
  return flipped;
}

/** Beyond RFC 5280: what the rules of the portal refuse by themselves (rules 2.7, 2.8, 4). */
export const RULE_MUTATIONS = {
  'weak key': (plan) => {
    plan.random.pick(plan.main).set.key = plan.keys.take(plan.random.pick(['rsa-1024', 'secp256k1']));
  },

  'weak hash': (plan) => {
    plan.random.pick(plan.main.slice(1)).set.hash = plan.random.pick(['sha1', 'sha224']);
  },

  'other hash': (plan: Plan) => {
    for (const { set } of plan.main) {
      set.hash = plan.random.pick(['sha256', 'sha384', 'sha512']);
      set.pss = plan.random.chance(0.4);
    }
  },
} satisfies Record<string, Mutation>;
