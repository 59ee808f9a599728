import { X509Certificate } from 'node:crypto';
import { openssl } from './openssl.ts';

/** The certificates of a PEM-armoured PKCS#7, as DER, in the order in which `openssl pkcs7` prints them. */
export function certificatesInP7b(p7b: string): Buffer[] {
  const { output, status } = openssl(['pkcs7', '-print_certs'], p7b);
  if (status !== 0) throw new Error(`openssl pkcs7: ${output}`);
  const blocks = output.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => Buffer.from(new X509Certificate(block).raw));
}
