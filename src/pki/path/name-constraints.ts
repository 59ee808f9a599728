import type { Certificate } from '../certificate.ts';
import type { NameConstraints, Subtree } from '../extensions/name-constraints.ts';
import type { GeneralName } from '../names/general-name.ts';
import { showText } from '../names/text.ts';
import type { Work } from '../work.ts';
import { matchName } from './name-forms.ts';
import type { Finding } from './problem.ts';

/**
 * The name constraints of the CA certificates above, gathered from the root down (RFC 5280 6.1.3 (b), (c), 6.1.4 (g)).
 * Permitted subtrees are kept per CA certificate instead of being intersected: a name must lie within those of every one.
 */
export class GatheredConstraints {
  readonly #gathered: { readonly constraints: NameConstraints; readonly by: string }[] = [];

  /** 6.1.4 (g). */
  add({ nameConstraints, subject }: Certificate): void {
    if (nameConstraints !== undefined) this.#gathered.push({ constraints: nameConstraints, by: subject.label });
  }

  /** 6.1.3 (b), (c): every name of the certificate lies within what is permitted and outside what is excluded. */
  check(certificate: Certificate, work: Work): Finding | undefined {
    if (this.#gathered.length === 0) return undefined;
    for (const name of namesOf(certificate)) {
      for (const { constraints, by } of this.#gathered) {
        work.spendComparisons(constraints.permitted.length + constraints.excluded.length);
        const found = judgeName(name, constraints);
        if (found !== undefined) return { name: found, data: { form: name.form, value: showName(name), by } };
      }
    }
    return undefined;
  }
}

function judgeName(name: GeneralName, { permitted, excluded }: NameConstraints): Finding['name'] | undefined {
  const applies = (subtree: Subtree) => sameForm(name, subtree.base);
  const barred = excluded.filter(applies);
  const allowed = permitted.filter(applies);
  const unknown = [...barred, ...allowed].some((subtree) => subtree.bounds || subtree.base.form === 'other');
  const barredBy = barred.map(({ base }) => matchName(name, base, true));
  const allowedBy = allowed.map(({ base }) => matchName(name, base, false));
  if (unknown || [...barredBy, ...allowedBy].includes('unreadable')) return 'path-name-unreadable';
  if (barredBy.includes('inside')) return 'path-name-excluded';
  return allowed.length > 0 && !allowedBy.includes('inside') ? 'path-name-not-permitted' : undefined;
}

function sameForm(name: GeneralName, base: GeneralName): boolean {
  return name.form === base.form && (name.form !== 'other' || base.form !== 'other' || name.tag === base.tag);
}

/**
 * The subject, unless empty; the alternative names; and every emailAddress in the subject. RFC 5280 4.2.1.10 asks for the
 * last only where there are no alternative names; always looking is stricter, and what OpenSSL does.
 */
function namesOf({ subject, subjectAltNames }: Certificate): readonly GeneralName[] {
  const directory: GeneralName[] = subject.rdnKeys.length > 0 ? [{ form: 'directory', name: subject }] : [];
  const emails = subject.emailAddresses.map((text): GeneralName => ({ form: 'email', text }));
  return [...directory, ...subjectAltNames, ...emails];
}

function showName(name: GeneralName): string {
  switch (name.form) {
    case 'directory':
      return name.name.text;
    case 'ip':
      return name.octets.length === 4 ? name.octets.join('.') : name.octets.toString('hex');
    case 'other':
      return OTHER_FORM_NAMES[name.tag] ?? '';
    default:
      return showText(name.text);
  }
}

const OTHER_FORM_NAMES: Readonly<Record<number, string>> = {
  0: 'otherName',
  3: 'x400Address',
  5: 'ediPartyName',
  8: 'registeredID',
} satisfies Record<number, string>;
