import type { Queries } from '../db/index.ts';
import { type AuditRow, listNames } from './store.ts';

/** A thing of the trail by its present name, and the page about it. */
export interface NamedThing {
  readonly text: string;
  readonly href: string | null;
  /** It is called by a distinguished name. */
  readonly isName: boolean;
}

export interface Things {
  /** Undefined for what is no longer, or never was, to be found. */
  of(type: string, id: string): NamedThing | undefined;
}

/** Finds the names of all things of some rows at once. */
export function nameThings(db: Queries, rows: readonly Pick<AuditRow, 'thingType' | 'thingId'>[]): Things {
  const idsOf = (...types: string[]) =>
    rows.flatMap(({ thingType, thingId }) => (types.includes(thingType ?? '') && thingId !== null ? [thingId] : []));
  const names = listNames(db, {
    chips: idsOf('chip'),
    people: idsOf('account', 'partner'),
    caCertificates: idsOf('ca-certificate'),
  });
  return {
    of(type, id) {
      if (type === 'signing-ca')
        return id === '' ? undefined : { text: id.slice(0, 8), href: '/signing-ca', isName: false };
      const found = names.get(id);
      return found?.types.includes(type) === true ? { ...found, isName: type === 'ca-certificate' } : undefined;
    },
  };
}
