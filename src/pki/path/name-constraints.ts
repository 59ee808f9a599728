import type { Certificate } from '../certificate.ts';
import type { NameConstraints, Subtree } from '../extensions/name-constraints.ts';
import { type GeneralName, nameSize } from '../names/general-name.ts';
import { showConstraint, showGeneralName } from '../names/show-general-name.ts';
import type { Work } from '../work.ts';
import { matchName } from './name-forms.ts';
import { type Finding, limitedBy, type Step } from './problem.ts';

/**
 * The name constraints of the CA certificates above, gathered from the root down (RFC 5280 6.1.3 (b), (c), 6.1.4 (g)).
 * Permitted subtrees are kept per CA certificate instead of being intersected: a name must lie within those of every one.
 */
export class GatheredConstraints {
  readonly #gathered: { readonly constraints: NameConstraints; readonly size: number; readonly by: Step }[] = [];

  /** 6.1.4 (g). */
  add(by: Step): void {
    const { nameConstraints: constraints } = by.certificate;
    if (constraints === undefined) return;
    const sizes = [...constraints.permitted, ...constraints.excluded].map(({ base }) => nameSize(base));
    this.#gathered.push({ constraints, size: sizes.reduce((sum, size) => sum + size, 0), by });
  }

  /** 6.1.3 (b), (c): every name of the certificate lies within what is permitted and outside what is excluded. */
  check(certificate: Certificate, work: Work): Finding | undefined {
    if (this.#gathered.length === 0) return undefined;
    for (const name of namesOf(certificate)) {
      for (const { constraints, size, by } of this.#gathered) {
        work.spend('nameComparisons', nameSize(name) * size);
        const broken = judgeName(name, constraints);
        if (broken !== undefined) return { name: broken.fault, data: { ...limitedBy(by), ...compared(name, broken) } };
      }
    }
    return undefined;
  }
}

/** A constraint that a name breaks, and the subtrees that say so. */
interface Broken {
  readonly fault: Finding['name'];
  readonly subtrees: readonly Subtree[];
}

function judgeName(name: GeneralName, { permitted, excluded }: NameConstraints): Broken | undefined {
  const applies = (subtree: Subtree) => sameForm(name, subtree.base);
  const barred = excluded.filter(applies);
  const allowed = permitted.filter(applies);
  const barredBy = barred.map((subtree) => match(name, subtree, true));
  const allowedBy = allowed.map((subtree) => match(name, subtree, false));
  const unreadable = [
    ...barred.filter((_, index) => barredBy[index] === 'unreadable'),
    ...allowed.filter((_, index) => allowedBy[index] === 'unreadable'),
  ];
  if (unreadable.length > 0) return { fault: 'path-name-unreadable', subtrees: unreadable };
  const inside = barred.filter((_, index) => barredBy[index] === 'inside');
  if (inside.length > 0) return { fault: 'path-name-excluded', subtrees: inside };
  return allowed.length > 0 && !allowedBy.includes('inside')
    ? { fault: 'path-name-not-permitted', subtrees: allowed }
    : undefined;
}

/** A form that is not processed, or a subtree with a minimum or maximum, cannot be compared. */
function match(name: GeneralName, { base, bounds }: Subtree, excluding: boolean): ReturnType<typeof matchName> {
  return bounds || base.form === 'other' ? 'unreadable' : matchName(name, base, excluding);
}

/** So many subtrees are shown; nobody reads thousands. */
const MAX_SUBTREES_SHOWN = 5;

function compared(name: GeneralName, { subtrees }: Broken) {
  const shown = subtrees.slice(0, MAX_SUBTREES_SHOWN).map(({ base }) => showConstraint(base));
  const more = subtrees.length > shown.length ? ['…'] : [];
  return { value: showGeneralName(name), constraint: [...shown, ...more].join(' | ') };
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
