import { type Db, untilChanged } from '../db/index.ts';
import { type Certificate, readCertificate } from '../pki/index.ts';
import { findNewestIssuingCa, findSigningCa, listSigningCas, type SigningCaRow } from './store.ts';

/** One of the portal's own CA certificates. */
export interface OwnCertificate {
  readonly id: string;
  readonly kind: SigningCaRow['kind'];
  readonly parentId: string | null;
  /** UTC ms. */
  readonly createdAt: number;
  readonly certificate: Certificate;
}

/** The portal's own CA certificates as they are in the database now; each is parsed once. */
export interface OwnCertificates {
  /** Old ones too, the newest first. */
  all(): OwnCertificate[];
  /** The issuing CA that signs now: the newest. */
  issuing(): OwnCertificate | undefined;
  find(id: string): OwnCertificate | undefined;
  /** The one of this id and those above it, the root last. */
  chain(id: string): OwnCertificate[];
}

/** As the database is, so that a new issuing CA is used at once, whichever process made it. Rows never change. */
export function ownCertificates(db: Db): OwnCertificates {
  const parsed = new Map<string, OwnCertificate>();
  const own = (row: SigningCaRow): OwnCertificate => {
    const known = parsed.get(row.id) ?? parse(row);
    parsed.set(row.id, known);
    return known;
  };
  const all = untilChanged(() => listSigningCas(db).map(own));
  const find = (id: string) => {
    const row = parsed.get(id) ?? findSigningCa(db, id);
    return row === undefined ? undefined : 'certificate' in row ? row : own(row);
  };
  return {
    all: () => all(db, ''),
    issuing() {
      const row = findNewestIssuingCa(db);
      return row === undefined ? undefined : own(row);
    },
    find,
    chain(id) {
      const chain: OwnCertificate[] = [];
      for (let each = find(id); each !== undefined; each = each.parentId === null ? undefined : find(each.parentId))
        chain.push(each);
      return chain;
    },
  };
}

function parse({ id, kind, parentId, createdAt, der }: SigningCaRow): OwnCertificate {
  const read = readCertificate(der);
  if (!read.ok) throw new Error(`the signing CA certificate ${id} cannot be read: ${read.fault.name}`);
  return { id, kind, parentId, createdAt, certificate: read.value };
}
