import { SYSTEM } from '../audit/index.ts';
import { now } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { type Certificate, issueMosipCertificate, judgeSubject } from '../pki/index.ts';
import { createSigningCa, type SigningCaParts } from './create.ts';
import { type OwnCertificate, type OwnCertificates, ownCertificates } from './own-certificate.ts';
import { signersOf } from './signers.ts';
import { type Standing, standingOf } from './standing.ts';

export type Issued =
  | { readonly ok: true; readonly certificate: Certificate; readonly issuerId: string; readonly endsEarly: boolean }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/** The portal's own CA, which signs what partners receive. */
export interface SigningCa {
  /** Its certificates, as they are in the database now. */
  readonly certificates: OwnCertificates;
  /**
   * Issues the MOSIP-signed certificate for a judged certificate.
   * @throws AppError unavailable (503, PMP-CA-001) while the CA cannot sign: ends too soon, key missing or not its own
   */
  issue(partner: Certificate): Promise<Issued>;
  /** Why `issue` would not issue for a judged certificate now; nothing is signed. */
  objectionsTo(partner: Certificate): readonly Reason[];
  /** The issuing CA by its id, and those above it, the root last. */
  chainOf(issuerId: string): Certificate[];
  isUsable(): boolean;
  /** What an admin should know: until when it signs, why it cannot, what to prepare for. */
  standing(): Standing;
}

/** Opens the signing CA of a data directory; makes it on first start, unless one was imported before. */
export async function openSigningCa(parts: SigningCaParts): Promise<SigningCa> {
  if (ownCertificates(parts.db).issuing() === undefined) await createSigningCa(parts, SYSTEM);
  return signingCaOf(parts);
}

/**
 * The signing CA of a data directory, which may have none yet. It follows the database: a new issuing CA, made here or by another
 * process, signs from then on. Its key is decrypted when it is first needed (`isUsable` at the latest). One that cannot be opened
 * does not stop the portal: it then issues nothing and the log says why.
 */
export function signingCaOf({ db, config, passphrase, log }: SigningCaParts): SigningCa {
  const certificates = ownCertificates(db);
  const open = signersOf(config.dataDir, passphrase, log);
  const chainOf = (id: string) => certificatesOf(certificates.chain(id));
  /** The issuing CA of this moment, its signer where it has one, how it stands, and every certificate of the portal's own. */
  const present = () => {
    const own = certificates.all();
    const issuing = own.find(({ kind }) => kind === 'issuing');
    const opened = issuing && open(issuing);
    const chain = issuing === undefined ? [] : chainOf(issuing.id);
    const standing = standingOf(chain, opened?.ok === false ? opened.reason : undefined, now());
    return { own, issuing, signer: opened?.ok === true ? opened.signer : undefined, standing };
  };

  return {
    certificates,
    async issue(partner) {
      const { own, issuing, signer, standing } = present();
      if (issuing === undefined || signer === undefined || standing.obstacle !== undefined) throw cannotSign();
      const issued = await issueMosipCertificate(partner, signer, now(), certificatesOf(own));
      if (issued.ok)
        return { ok: true, certificate: issued.certificate, issuerId: issuing.id, endsEarly: issued.endsEarly };
      if (issued.faults.some((fault) => fault.code === 'PMP-CA-001')) throw cannotSign();
      return { ok: false, reasons: issued.faults };
    },
    objectionsTo(partner) {
      const { own, standing } = present();
      if (standing.obstacle !== undefined) return cannotSign().reasons;
      const clash = judgeSubject(partner, certificatesOf(own));
      return clash === undefined ? [] : [clash];
    },
    chainOf,
    isUsable: () => present().standing.obstacle === undefined,
    standing: () => present().standing,
  };
}

function certificatesOf(own: readonly OwnCertificate[]): Certificate[] {
  return own.map(({ certificate }) => certificate);
}

function cannotSign(): AppError {
  return new AppError('unavailable', [{ code: 'PMP-CA-001', name: 'signing-ca-unusable' }]);
}
