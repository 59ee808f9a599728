import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { SECOND } from '../lib/durations.ts';
import type { Certificate } from './certificate.ts';
import { parseDer } from './der/parse.ts';
import { composeCertificate, composeName } from './issue.ts';
import { readPublicKey } from './key.ts';
import { issuerKeyIdentifier, keyIdentifier } from './key-identifier.ts';
import { addMonths } from './rules/validity.ts';
import { type Signer, signerAlgorithm, signInPool } from './signer.ts';

/** Kinds of keys with which the portal signs (`PMP_CA_KEY`). */
export const CA_KEY_KINDS = ['rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384'] as const;
export type CaKeyKind = (typeof CA_KEY_KINDS)[number];

export interface CaOptions {
  /** Organisation, and first part of the common name (`PMP_CA_ORGANIZATION`). */
  readonly organization: string;
  readonly keyKind: CaKeyKind;
  /** Now, UTC ms. */
  readonly at: number;
  /** Last part of the common name; eight random hex digits unless given. */
  readonly suffix?: string;
}

/** One of the portal's own CA certificates with its private key, not yet protected: the caller keeps it encrypted. */
export interface OwnCa {
  readonly certificate: Certificate;
  readonly privateKey: KeyObject;
}

const ROOT = { title: 'Root CA', months: 120, pathLength: 1 };
const ISSUING = { title: 'Issuing CA', months: 60, pathLength: 0 };

/** Makes a self-signed root CA: ten years, path length 1 (rules 5). */
export async function createRootCa(options: CaOptions): Promise<OwnCa> {
  return createCa(options, ROOT, undefined);
}

/** Makes an issuing CA below the root that signs it: five years, path length 0 (rules 5). It never outlasts the root. */
export async function createIssuingCa(options: CaOptions, root: Signer): Promise<OwnCa> {
  return createCa(options, ISSUING, root);
}

async function createCa(options: CaOptions, kind: typeof ROOT, above: Signer | undefined): Promise<OwnCa> {
  const { publicKey, privateKey } = await generateKeys(options.keyKind);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const key = readPublicKey(parseDer(spki));
  const subjectDer = composeName(options.organization, commonName(options, kind.title));
  const notBefore = Math.floor(options.at / SECOND) * SECOND;
  const content = {
    issuerDer: above?.certificate.subject.der ?? subjectDer,
    subjectDer,
    spki,
    notBefore,
    notAfter: Math.min(addMonths(notBefore, kind.months), above?.certificate.notAfter ?? Infinity),
    pathLength: kind.pathLength,
    subjectKeyId: keyIdentifier(key),
    authorityKeyId: above === undefined ? keyIdentifier(key) : issuerKeyIdentifier(above.certificate),
  };
  const signer = above ?? ownSigner(privateKey);
  return { certificate: await composeCertificate(content, signer, above?.certificate.key ?? key), privateKey };
}

function ownSigner(privateKey: KeyObject): Pick<Signer, 'algorithm' | 'sign'> {
  const algorithm = signerAlgorithm(privateKey);
  return { algorithm, sign: (tbs) => signInPool(algorithm, tbs, privateKey) };
}

/** RFC 5280 allows a common name 64 characters; a longer organisation is cut there, not in its own field. */
function commonName({ organization, suffix = randomBytes(4).toString('hex') }: CaOptions, title: string): string {
  const end = ` ${title} ${suffix}`;
  return `${Array.from(organization)
    .slice(0, 64 - end.length)
    .join('')}${end}`;
}

const generate = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

/** In Node's thread pool: an RSA key takes up to seconds. */
function generateKeys(kind: CaKeyKind) {
  switch (kind) {
    case 'rsa-3072':
      return generate('rsa', { modulusLength: 3072 });
    case 'rsa-4096':
      return generate('rsa', { modulusLength: 4096 });
    case 'ec-p256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'ec-p384':
      return generate('ec', { namedCurve: 'P-384' });
  }
}
