import type { Certificate } from './certificate.ts';
import { isSignedBy } from './verify.ts';
import { Work } from './work.ts';

/** Whether a certificate names another one's subject as its issuer and is signed by that one's key. Says nothing about trust. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return certificate.issuer.key === issuer.subject.key && isSignedBy(certificate, issuer.key, new Work());
}
