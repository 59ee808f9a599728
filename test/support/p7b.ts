import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';

/** The certificates of a PEM-armoured PKCS#7, as DER, in the order in which `openssl pkcs7` prints them. */
export function certificatesInP7b(p7b: string): Buffer[] {
  const { stdout, stderr, status } = spawnSync('openssl', ['pkcs7', '-print_certs'], { input: p7b, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl pkcs7: ${stderr}`);
  const blocks = stdout.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => Buffer.from(new X509Certificate(block).raw));
}
