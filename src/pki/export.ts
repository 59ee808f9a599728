import type { Certificate } from './certificate.ts';
import { armour } from './file/pem.ts';
import { composePkcs7 } from './file/pkcs7.ts';

/** The certificate as PEM (RFC 7468). */
export function toPem(certificate: Certificate): string {
  return armour('CERTIFICATE', certificate.der);
}

/** Certificates in the given order as PEM-armoured PKCS#7, certificates only (rules 5, Downloads). */
export function toP7b(certificates: readonly Certificate[]): string {
  return armour('PKCS7', composePkcs7(certificates.map((each) => each.der)));
}
