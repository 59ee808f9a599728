import { DAY, SECOND } from '../lib/durations.ts';
import type { Certificate } from './certificate.ts';
import { type Fault, fault } from './faults.ts';
import { composeCertificate, composeName } from './issue.ts';
import { issuerKeyIdentifier, keyIdentifier } from './key-identifier.ts';
import type { Signer } from './signer.ts';

/** Rules 5: how long a MOSIP-signed certificate lasts, and how long the CA that signs it must last from now, in days. */
export const MOSIP_SIGNED_DAYS = 365;
export const SIGNING_CA_MINIMUM_DAYS = 366;

export type Issued =
  | {
      readonly ok: true;
      readonly certificate: Certificate;
      /** It ends with the uploaded certificate, before its 365 days are over. */
      readonly endsEarly: boolean;
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Issues the MOSIP-signed certificate for a partner's certificate (rules 5): its subject and key byte for byte, 365 days from
 * `at` or until the partner's certificate ends, no CA, for digital signatures. `ownCas` are the portal's own CA certificates,
 * old ones too: none of their names may be the subject. The partner's certificate must have been judged before.
 */
export async function issueMosipCertificate(
  partner: Certificate,
  signer: Signer,
  at: number,
  ownCas: readonly Certificate[],
): Promise<Issued> {
  const ca = signer.certificate;
  const faults = [judgeSigningCa(ca, at), judgeSubject(partner, [ca, ...ownCas])].filter((each) => each !== undefined);
  if (faults.length > 0) return { ok: false, faults };
  const notBefore = Math.floor(at / SECOND) * SECOND;
  const full = notBefore + MOSIP_SIGNED_DAYS * DAY;
  const notAfter = Math.min(full, partner.notAfter);
  const content = {
    issuerDer: ca.subject.der,
    subjectDer: partner.subject.der,
    spki: partner.key.spki,
    notBefore,
    notAfter,
    subjectKeyId: keyIdentifier(partner.key),
    authorityKeyId: issuerKeyIdentifier(ca),
  };
  return { ok: true, certificate: await composeCertificate(content, signer, ca.key), endsEarly: notAfter < full };
}

/** Signs a certificate for nobody, as long as a partner's at the longest: what this CA issues can be looked at before it issues. */
export async function issueTrialCertificate(signer: Signer, at: number): Promise<Certificate> {
  const { subject, key } = signer.certificate;
  const notBefore = Math.floor(at / SECOND) * SECOND;
  const content = {
    issuerDer: subject.der,
    subjectDer: composeName('Trial', 'Trial'),
    spki: key.spki,
    notBefore,
    notAfter: notBefore + MOSIP_SIGNED_DAYS * DAY,
    subjectKeyId: keyIdentifier(key),
    authorityKeyId: issuerKeyIdentifier(signer.certificate),
  };
  return composeCertificate(content, signer, key);
}

/** Rules 5: the CA issues only while it has at least 366 days left. */
export function judgeSigningCa({ notAfter }: Certificate, at: number): Fault | undefined {
  const needed = at + SIGNING_CA_MINIMUM_DAYS * DAY;
  return notAfter >= needed ? undefined : fault('signing-ca-ends-too-soon', { notAfterAt: notAfter, neededAt: needed });
}

/** Rules 5: a subject equal to one of our CAs' is refused; its certificate would pass for the CA. */
export function judgeSubject({ subject }: Certificate, ownCas: readonly Certificate[]): Fault | undefined {
  const clash = ownCas.some((ca) => ca.subject.key === subject.key);
  return clash ? fault('subject-is-our-ca', { subject: subject.text }) : undefined;
}
