import { constants, type KeyObject, sign } from 'node:crypto';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { derSequence, derTlv, oidBytes } from './der.ts';

export type SignatureHash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface SigningOptions {
  /** SHA-256 unless said; EdDSA ignores it. */
  readonly hash?: SignatureHash;
  /** RSA-PSS instead of PKCS#1. */
  readonly pss?: boolean;
  /** The object identifier that the certificate claims, without parameters, instead of the true algorithm. */
  readonly claimedAlgorithm?: string;
  /** The parameters (DER) that the certificate claims, instead of the algorithm's own. */
  readonly claimedParameters?: Buffer;
}

const RSA: Readonly<Record<SignatureHash, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const ECDSA: Readonly<Record<SignatureHash, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
const HASH: Readonly<Record<SignatureHash, string>> = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const SALT = 32;
const NULL = new Uint8Array([5, 0]).buffer;

/** The AlgorithmIdentifier with which this key signs. */
export function algorithmFor(key: KeyObject, options: SigningOptions): AlgorithmIdentifier {
  const { claimedAlgorithm, claimedParameters } = options;
  const own = ownAlgorithm(key, options);
  if (claimedAlgorithm === undefined && claimedParameters === undefined) return own;
  const algorithm = claimedAlgorithm ?? own.algorithm;
  if (claimedParameters === undefined) return new AlgorithmIdentifier({ algorithm });
  return new AlgorithmIdentifier({ algorithm, parameters: new Uint8Array(claimedParameters).buffer });
}

function ownAlgorithm(key: KeyObject, { hash = 'sha256', pss = false }: SigningOptions): AlgorithmIdentifier {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if (pss) return new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.10', parameters: pssParameters(hash) });
      return new AlgorithmIdentifier({ algorithm: RSA[hash], parameters: NULL });
    case 'ec':
      return new AlgorithmIdentifier({ algorithm: ECDSA[hash] });
    default:
      return new AlgorithmIdentifier({ algorithm: key.asymmetricKeyType === 'ed448' ? '1.3.101.113' : '1.3.101.112' });
  }
}

function pssParameters(hash: SignatureHash): ArrayBuffer {
  const hashAlgorithm = derSequence(oidBytes(HASH[hash]), Buffer.from([5, 0]));
  const mask = derSequence(oidBytes('1.2.840.113549.1.1.8'), hashAlgorithm);
  const salt = derTlv(0x02, Buffer.from([SALT]));
  const der = derSequence(derTlv(0xa0, hashAlgorithm), derTlv(0xa1, mask), derTlv(0xa2, salt));
  return new Uint8Array(der).buffer;
}

/** The signature over these bytes. */
export function signBytes(bytes: Buffer, key: KeyObject, { hash = 'sha256', pss = false }: SigningOptions): Buffer {
  if (key.asymmetricKeyType?.startsWith('ed')) return sign(null, bytes, key);
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT } : {};
  return sign(hash, bytes, { key, ...padding });
}
