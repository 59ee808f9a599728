import type { Certificate } from './certificate.ts';
import type { PublicKeyInfo } from './key.ts';

/** Results of signature checks, of each certificate by the fingerprint of the key. */
export class SignatureResults {
  readonly #results = new WeakMap<Certificate, Map<string, boolean>>();

  find(certificate: Certificate, key: PublicKeyInfo): boolean | undefined {
    return this.#results.get(certificate)?.get(key.fingerprint);
  }

  keep(certificate: Certificate, key: PublicKeyInfo, result: boolean): boolean {
    const known = this.#results.get(certificate) ?? new Map<string, boolean>();
    this.#results.set(certificate, known.set(key.fingerprint, result));
    return result;
  }
}
