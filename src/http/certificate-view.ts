import type { Format } from '../i18n/format.ts';
import { now } from '../lib/clock.ts';
import type { Reason } from '../lib/reasons.ts';
import { type Certificate, type CertificatePath, keyLabel, showText } from '../pki/index.ts';

/** A certificate as `views/shared/certificate` shows it. Texts from inside it were made safe for showing by `pki`. */
export interface CertificateView {
  readonly fingerprint: string;
  /** The fingerprint in pairs, as people compare it. */
  readonly fingerprintText: string;
  readonly subject: string;
  readonly issuer: string;
  readonly label: string;
  /** Its organisation and whether that is the registered one; null where nothing is to be compared. */
  readonly organization: { readonly found: string; readonly matches: boolean } | null;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly ended: boolean;
  /** "in 23 days" */
  readonly endsWhen: string;
  readonly key: string;
  readonly signature: string;
  readonly serialNumber: string;
  readonly isCa: boolean;
  readonly pathLength: number | null;
}

/**
 * Makes the view of a certificate.
 * @param faults when its organisation was compared: the reasons found, among them perhaps KER-PCM-008
 */
export function certificateView(certificate: Certificate, fmt: Format, faults?: readonly Reason[]): CertificateView {
  const differs = faults?.some((fault) => fault.code === 'KER-PCM-008') ?? false;
  return {
    fingerprint: certificate.fingerprint,
    fingerprintText: inPairs(certificate.fingerprint),
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    label: certificate.subject.label,
    organization: faults === undefined ? null : { found: organizationsOf(certificate), matches: !differs },
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    ended: certificate.notAfter < now(),
    endsWhen: fmt.relative(certificate.notAfter, now()),
    key: keyLabel(certificate.key),
    signature: certificate.signature.algorithm.label,
    serialNumber: certificate.serialNumber,
    isCa: certificate.isCa,
    pathLength: certificate.pathLength ?? null,
  };
}

function inPairs(fingerprint: string): string {
  return fingerprint.replace(/(..)(?=.)/g, '$1:');
}

/** The organisations of a certificate's subject, for showing. */
export function organizationsOf(certificate: Certificate): string {
  return certificate.subject.organizations.map((name) => showText(name)).join(' · ') || '–';
}

/** The chain as `views/shared/chain` draws it. */
export interface ChainView {
  readonly steps: readonly {
    readonly label: string;
    readonly kind: 'root' | 'intermediate' | 'this';
    readonly notAfter: number;
    readonly state: 'good' | 'bad' | 'unknown';
  }[];
  /** The issuer that the trust store lacks; null where the chain reaches a root. */
  readonly missing: {
    readonly name: string;
    /** The file has it; null where it has not. */
    readonly inFile: { readonly fingerprint: string; readonly fingerprintText: string } | null;
  } | null;
}

/**
 * Draws a path from the root down.
 * @param faults the reasons found; that of the path names the certificate at which it broke by its fingerprint
 * @param others what else an uploaded file has: the missing issuer may be among them
 */
export function chainView(
  path: CertificatePath,
  faults: readonly Reason[],
  others: readonly Certificate[] = [],
): ChainView {
  const broken = faults.find((fault) => fault.name.startsWith('path-'));
  // A path up to a root is judged from the root down: what stands above the step at which it breaks was found good.
  const proven = typeof broken?.data?.step === 'number' ? broken.data.step - 1 : 0;
  const state = (certificate: Certificate, index: number) => {
    if (broken === undefined || index < proven) return 'good';
    return broken.data?.fingerprint === certificate.fingerprint ? 'bad' : 'unknown';
  };
  const issuers = path.issuers.map(
    ({ certificate, kind }, index) =>
      ({
        label: certificate.subject.label,
        kind,
        notAfter: certificate.notAfter,
        state: state(certificate, index),
      }) as const,
  );
  const last = {
    label: path.certificate.subject.label,
    kind: 'this',
    notAfter: path.certificate.notAfter,
    state: state(path.certificate, path.issuers.length),
  } as const;
  const top = path.issuers[0]?.certificate ?? path.certificate;
  const found = findIssuer(top, others)?.fingerprint;
  const inFile = found === undefined ? null : { fingerprint: found, fingerprintText: inPairs(found) };
  const missing = { name: top.issuer.text, inFile };
  return { steps: [...issuers, last], missing: broken?.name === 'path-issuer-missing' ? missing : null };
}

/** The certificate that bears the name of the issuer and, where both say it, the key that signed (RFC 5280 4.2.1.1). */
function findIssuer({ issuer, authorityKeyId }: Certificate, among: readonly Certificate[]): Certificate | undefined {
  return among.find(
    ({ subject, subjectKeyId }) =>
      subject.key === issuer.key &&
      (authorityKeyId === undefined || subjectKeyId === undefined || subjectKeyId === authorityKeyId),
  );
}
