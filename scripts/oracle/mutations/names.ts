import { AsnConvert } from '@peculiar/asn1-schema';
import { generalName, nameConstraints, subjectAltName } from '../../../test/support/extensions.ts';
import { makeName, type NameSpec } from '../../../test/support/names.ts';
import { issuersOf, leafOf, type Plan, put } from '../plan.ts';
import type { Random } from '../random.ts';
import type { Mutation } from './mutation.ts';

/** For one form: names that a certificate may have, and trees by which a CA may be limited. */
interface Form {
  readonly names: readonly Buffer[];
  readonly trees: readonly Buffer[];
}

const { dns, email, uri, ip, directory, registeredId } = generalName;
const dn = (spec: NameSpec) => directory(Buffer.from(AsnConvert.serialize(makeName(spec))));

const FORMS = {
  dns: {
    names: [
      'acme.example',
      'chip.acme.example',
      'a.chip.acme.example',
      'notacme.example',
      'other.test',
      'ACME.example',
    ].map(dns),
    trees: ['acme.example', '.acme.example', 'chip.acme.example', 'Example', '', 'test'].map(dns),
  },
  email: {
    names: ['chip@acme.example', 'Chip@acme.example', 'x@sub.acme.example', 'chip@ACME.example', 'x@other.test'].map(
      email,
    ),
    trees: ['acme.example', '.acme.example', 'chip@acme.example', 'sub.acme.example', 'test'].map(email),
  },
  uri: {
    names: [
      'https://acme.example/x',
      'http://chip.acme.example:8080/',
      'ftp://other.test',
      'https://ACME.example?y',
      'urn:x',
    ].map(uri),
    trees: ['acme.example', '.acme.example', 'other.test', '.test'].map(uri),
  },
  ip: {
    names: [
      [10, 1, 0, 1],
      [10, 2, 0, 1],
      [192, 168, 0, 1],
      [...Array(15).fill(0), 1],
    ].map((octets) => ip(...octets)),
    trees: [
      ip(10, 0, 0, 0, 255, 0, 0, 0),
      ip(10, 1, 0, 0, 255, 255, 0, 0),
      ip(10, 1, 0, 1, 255, 255, 255, 255),
      ip(0, 0, 0, 0, 0, 0, 0, 0),
      ip(...Array(16).fill(0), ...Array(15).fill(255), 0),
    ],
  },
  directory: {
    names: [{ O: 'Oracle', CN: 'Alt' }, { O: 'oracle', OU: 'Chips' }, { O: 'Else' }].map(dn),
    trees: [
      { O: 'Oracle' },
      { O: ' ORACLE' },
      { O: 'Oracle', OU: 'Certification' },
      { O: 'Oracle', CN: 'Leaf' },
      { O: 'Else' },
    ].map(dn),
  },
} satisfies Record<string, Form>;

const ALL_NAMES = Object.values(FORMS).flatMap(({ names }) => names);
const ALL_TREES = Object.values(FORMS).flatMap(({ trees }) => trees);

/** Name constraints of each form, and of several at once. */
export const NAME_MUTATIONS = {
  ...Object.fromEntries(Object.entries(FORMS).flatMap(([form, of]) => bothWays(form, of))),

  'wild names': (plan) => {
    const { random } = plan;
    for (const each of random.some(issuersOf(plan), 1, 3))
      put(each, nameConstraints(random.some(ALL_TREES, 1, 2), random.some(ALL_TREES, 0, 1)));
    for (const each of plan.main.slice(1))
      if (random.chance(each.kind === 'leaf' ? 0.8 : 0.2)) put(each, subjectAltName(...random.some(ALL_NAMES, 1, 3)));
  },

  'e-mail address in the subject': (plan) => {
    const { random } = plan;
    leafOf(plan).set.subject = {
      O: 'Oracle',
      emailAddress: random.pick(['chip@acme.example', 'x@other.test']),
      CN: 'Leaf',
    };
    limit(plan, [random.pick(FORMS.email.trees)], random.chance(0.5));
    if (random.chance(0.3)) put(leafOf(plan), subjectAltName(random.pick(ALL_NAMES)));
  },

  'empty subject': (plan) => {
    leafOf(plan).set.subject = [];
    put(leafOf(plan), subjectAltName(...plan.random.some(ALL_NAMES, 1, 2)));
    limit(plan, plan.random.some(ALL_TREES, 1, 2), plan.random.chance(0.5));
  },

  'form that is not processed': (plan) => {
    limit(plan, [registeredId('1.2.3')], plan.random.chance(0.5));
    if (plan.random.chance(0.5)) put(leafOf(plan), subjectAltName(registeredId('1.2.3.4')));
  },

  'wildcard name': (plan) => {
    put(leafOf(plan), subjectAltName(dns('*.acme.example')));
    limit(plan, [plan.random.pick(FORMS.dns.trees)], plan.random.chance(0.5));
  },

  'empty e-mail or URI tree': (plan) => {
    const form = plan.random.pick(['email', 'uri'] as const);
    put(leafOf(plan), subjectAltName(plan.random.pick(FORMS[form].names)));
    limit(plan, [generalName[form]('')], plan.random.chance(0.5));
  },

  'host name in the common name': (plan) => {
    leafOf(plan).set.subject = { O: 'Oracle', CN: plan.random.pick(['acme.example', 'other.test']) };
    limit(plan, [dns('acme.example')], plan.random.chance(0.5));
    if (plan.random.chance(0.5)) put(leafOf(plan), subjectAltName(plan.random.pick(FORMS.dns.names)));
  },
} satisfies Record<string, Mutation>;

function bothWays(form: string, { names, trees }: Form): [string, Mutation][] {
  const make =
    (permitted: boolean): Mutation =>
    (plan) => {
      const chosen = leafNames(plan.random, names);
      if (chosen.length > 0) put(leafOf(plan), subjectAltName(...chosen));
      limit(plan, plan.random.some(trees, 1, 2), permitted);
    };
  return [
    [`permitted ${form}`, make(true)],
    [`excluded ${form}`, make(false)],
  ];
}

/** Often one, sometimes two, now and then none. */
function leafNames(random: Random, names: readonly Buffer[]): Buffer[] {
  return random.chance(0.1) ? [] : random.some(names, 1, random.chance(0.3) ? 2 : 1);
}

function limit(plan: Plan, trees: readonly Buffer[], permitted: boolean): void {
  put(plan.random.pick(issuersOf(plan)), permitted ? nameConstraints(trees) : nameConstraints([], trees));
}
