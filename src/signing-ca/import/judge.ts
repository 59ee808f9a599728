import type { Reason } from '../../lib/reasons.ts';
import {
  buildPath,
  type Certificate,
  caKindOf,
  createSigner,
  issueTrialCertificate,
  judgeTrustCertificate,
  type Signer,
  type TrustedCertificates,
  trustedCertificates,
} from '../../pki/index.ts';
import { endsTooSoon } from '../standing.ts';
import type { KeyStore } from './read.ts';

const CODE = 'PMP-CA-005';

/** Below this an RSA key has less than the 128 bits of strength that OWASP ASVS asks for (rules 5). */
const LEAST_RSA_BITS = 3072;

export type ImportJudgement =
  | {
      readonly ok: true;
      readonly signer: Signer;
      /** From the issuing CA up to the root. */
      readonly chain: readonly Certificate[];
    }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/**
 * Judges whether a key and its certificates can be the portal's signing CA: the key is of a kind with which the portal signs and
 * belongs to a CA certificate of the file; that one hangs, by RFC 5280, on a self-signed root of the file; what it signs for a
 * partner would hold; and the whole chain lasts at least 366 days.
 * @param further certificates besides those of the key store; like those, they are trusted because the operator gives them
 */
export async function judgeImport(
  { certificates, privateKey }: KeyStore,
  further: readonly Certificate[],
  at: number,
): Promise<ImportJudgement> {
  const all = [...certificates, ...further];
  const unfit = judgeKeyKind(privateKey.asymmetricKeyType ?? '', privateKey.asymmetricKeyDetails ?? {});
  if (unfit !== undefined) return { ok: false, reasons: [unfit] };
  const signers = all.flatMap((certificate) => signerFor(certificate, privateKey));
  // Of several certificates for one key, the one that lasts longest.
  const signer = signers.sort((a, b) => b.certificate.notAfter - a.certificate.notAfter)[0];
  if (signer === undefined) return { ok: false, reasons: [keyDiffers(all)] };
  return judgeSigner(signer, all, at);
}

async function judgeSigner(signer: Signer, all: readonly Certificate[], at: number): Promise<ImportJudgement> {
  const issuing = signer.certificate;
  const trusted = trustedCertificates(all.map((each) => ({ id: '', kind: caKindOf(each), certificate: each })));
  const { kind, faults, path } = judgeTrustCertificate(issuing, { trusted, at, alreadyStored: false });
  if (kind === 'root')
    return { ok: false, reasons: [reason('ca-import-root', { certificate: issuing.subject.label })] };
  const chain = [issuing, ...path.issuers.map(({ certificate }) => certificate).reverse()];
  const late = endsTooSoon(chain, at);
  const found = [
    // Rules 2.4 ask the trust store's certificates for twelve months; here the 366 days below count.
    ...faults.filter(({ code }) => code !== 'KER-PCM-017').map((fault) => because(fault)),
    ...chain.flatMap(judgeExtensions),
    ...chain.flatMap(judgeNames),
    ...(late === undefined ? [] : [because(late)]),
  ];
  const reasons = found.length > 0 ? found : await tryOut(signer, trusted, at);
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, signer, chain };
}

/** Signs a certificate for nobody and looks whether it has a path: policies, for instance, can let a CA stand but nothing below it. */
async function tryOut(signer: Signer, trusted: TrustedCertificates, at: number): Promise<readonly Reason[]> {
  const result = buildPath(await issueTrialCertificate(signer, at), trusted, at, 'leaf');
  return result.ok ? [] : [because(result.fault)];
}

/** What RFC 5280 4.2.1 asks every CA certificate to have; strict verifiers would refuse the chain that is handed out. */
function judgeExtensions(certificate: Certificate): readonly Reason[] {
  const isRoot = caKindOf(certificate) === 'root';
  const lacking = [
    certificate.keyUsage === undefined && 'keyUsage',
    certificate.subjectKeyId === undefined && 'subjectKeyIdentifier',
    certificate.authorityKeyId === undefined && !isRoot && 'authorityKeyIdentifier',
  ].filter((each) => each !== false);
  if (lacking.length === 0) return [];
  return [reason('ca-import-extensions', { certificate: certificate.subject.label, lacking: lacking.join(', ') })];
}

/** Partners' certificates bear the partners' own names; which these will be, nobody knows today. */
function judgeNames({ subject, nameConstraints }: Certificate): readonly Reason[] {
  return nameConstraints === undefined ? [] : [reason('ca-import-name-constraints', { certificate: subject.label })];
}

function signerFor(certificate: Certificate, privateKey: KeyStore['privateKey']): readonly Signer[] {
  try {
    return [createSigner(certificate, privateKey)];
  } catch {
    return [];
  }
}

function judgeKeyKind(
  type: string,
  { modulusLength = 0, namedCurve }: { modulusLength?: number; namedCurve?: string },
) {
  if (type === 'rsa' && modulusLength < LEAST_RSA_BITS)
    return reason('ca-import-key-short', { bits: modulusLength, least: LEAST_RSA_BITS });
  const known = type === 'rsa' || (type === 'ec' && ['prime256v1', 'secp384r1'].includes(namedCurve ?? ''));
  return known ? undefined : reason('ca-import-key-kind', { found: [type, namedCurve].filter(Boolean).join(' ') });
}

function keyDiffers(certificates: readonly Certificate[]): Reason {
  if (certificates.length === 0) return reason('ca-import-certificate-missing');
  const subjects = certificates.map(({ subject }) => `“${subject.label}”`).join(', ');
  return reason('ca-import-key-differs', { subjects });
}

/** What is wrong, without the advice for those who upload to the trust store; an issuer that is missing is missing in the file. */
function because({ name, data = {} }: Reason): Reason {
  const missing = ['path-issuer-missing', 'path-signature'].includes(name) ? 'ca-import-issuer-missing' : name;
  return reason('ca-import-refused', { ...data, because: missing });
}

function reason(name: string, data: NonNullable<Reason['data']> = {}): Reason {
  return { code: CODE, name, data };
}
