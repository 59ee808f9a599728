import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import type { Db } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { DAY } from '../lib/durations.ts';
import { AppError } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import {
  type Certificate,
  createSigner,
  issueMosipCertificate,
  judgeSigningCa,
  readCertificate,
  type Signer,
} from '../pki/index.ts';
import { createSigningCa } from './create.ts';
import { readKeyFile } from './key-file.ts';
import { passphraseFor } from './passphrase.ts';
import { findNewestIssuingCa, findSigningCa, listSigningCas, type SigningCaRow } from './store.ts';

/** From this many days left on, the admin's dashboard asks for a new issuing CA (rules 5). */
const RENEWAL_DAYS = 730;

export type Issued =
  | { readonly ok: true; readonly certificate: Certificate; readonly issuerId: string; readonly endsEarly: boolean }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/** The portal's own CA, which signs what partners receive. */
export interface SigningCa {
  /**
   * Issues the MOSIP-signed certificate for a judged certificate.
   * @throws AppError unavailable (503, PMP-CA-001) while the CA cannot sign: ends too soon, key missing or not its own
   */
  issue(partner: Certificate): Promise<Issued>;
  /** The issuing CA by its id, and the root above it. */
  chainOf(issuerId: string): Certificate[];
  isUsable(): boolean;
  /** What an admin should know: when the issuing CA ends, and whether a new one is due. Null when it cannot sign. */
  status(): { readonly endsAt: number; readonly renewalDue: boolean } | null;
}

/**
 * Opens the signing CA of a data directory; makes it on first start. The key is decrypted when it is first needed (`isUsable` at the
 * latest). One that cannot be opened does not stop the portal: it then issues nothing and the log says why.
 */
export async function openSigningCa(db: Db, config: Config, log: FastifyBaseLogger): Promise<SigningCa> {
  const passphrase = passphraseFor(config.dataDir, config.keyPassphrase, log);
  if (findNewestIssuingCa(db) === undefined) await createSigningCa(db, config, passphrase);
  const current = findNewestIssuingCa(db);
  const signerOf = once(() => current && openSigner(current, config.dataDir, passphrase, log));
  const usable = () => {
    const signer = signerOf();
    return signer !== undefined && judgeSigningCa(signer.certificate, now()) === undefined;
  };

  return {
    async issue(partner) {
      const signer = signerOf();
      if (signer === undefined || current === undefined) throw cannotSign();
      const ownCas = listSigningCas(db).map(parse);
      const issued = await issueMosipCertificate(partner, signer, now(), ownCas);
      if (issued.ok)
        return { ok: true, certificate: issued.certificate, issuerId: current.id, endsEarly: issued.endsEarly };
      if (issued.faults.some((fault) => fault.code === 'PMP-CA-001')) throw cannotSign();
      return { ok: false, reasons: issued.faults };
    },
    chainOf(issuerId) {
      const issuing = findSigningCa(db, issuerId);
      const root = issuing?.parentId ? findSigningCa(db, issuing.parentId) : undefined;
      return [issuing, root].filter((row) => row !== undefined).map(parse);
    },
    isUsable: usable,
    status() {
      const signer = signerOf();
      if (signer === undefined || !usable()) return null;
      const endsAt = signer.certificate.notAfter;
      return { endsAt, renewalDue: endsAt < now() + RENEWAL_DAYS * DAY };
    },
  };
}

/** Works a value out when it is first asked for, and keeps it. */
function once<T>(work: () => T): () => T {
  let done: { value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

function openSigner(
  row: SigningCaRow,
  dataDir: string,
  passphrase: string,
  log: FastifyBaseLogger,
): Signer | undefined {
  try {
    return createSigner(parse(row), readKeyFile(dataDir, row.id, passphrase));
  } catch (error) {
    log.error(
      { err: error, ca: row.id },
      'the key of the issuing CA cannot be used (missing, or another passphrase): nothing can be issued',
    );
    return undefined;
  }
}

function parse(row: Pick<SigningCaRow, 'id' | 'der'>): Certificate {
  const read = readCertificate(row.der);
  if (!read.ok) throw new Error(`the signing CA certificate ${row.id} cannot be read: ${read.fault.name}`);
  return read.value;
}

function cannotSign(): AppError {
  return new AppError('unavailable', [{ code: 'PMP-CA-001', name: 'signing-ca-unusable' }]);
}
