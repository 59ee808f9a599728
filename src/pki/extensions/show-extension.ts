import { hash } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { showOid } from '../known-oids.ts';
import { showGeneralName } from '../names/show-general-name.ts';
import { EXTENSION, type Extension } from './extension.ts';

/** An extension for showing, much as OpenSSL prints it: "critical, CA:TRUE, pathlen:0"; one that is not read here in hex, or by its hash. */
export function showExtension(certificate: Certificate, extension: Extension): string {
  const parts = READ[extension.oid]?.(certificate) ?? [showBytes(extension.value)];
  return [...(extension.critical ? ['critical'] : []), ...parts].join(', ');
}

const READ: Readonly<Record<string, (certificate: Certificate) => readonly string[]>> = {
  [EXTENSION.basicConstraints]: ({ isCa, pathLength }) => [
    `CA:${isCa ? 'TRUE' : 'FALSE'}`,
    ...(pathLength === undefined ? [] : [`pathlen:${pathLength}`]),
  ],
  [EXTENSION.keyUsage]: ({ keyUsage = [] }) => keyUsage,
  [EXTENSION.extendedKeyUsage]: ({ extendedKeyUsage = [] }) => extendedKeyUsage.map(showOid),
  [EXTENSION.subjectAltName]: ({ subjectAltNames }) => subjectAltNames.map(showGeneralName),
  [EXTENSION.certificatePolicies]: ({ policies = [] }) => policies.map(showOid),
  [EXTENSION.subjectKeyIdentifier]: ({ subjectKeyId }) => [subjectKeyId ?? '–'],
  [EXTENSION.authorityKeyIdentifier]: ({ authorityKeyId }) => [authorityKeyId ?? '–'],
};

/** Longer values would fill the page. */
const SHOWN_BYTES = 32;

function showBytes(value: Buffer): string {
  return value.length <= SHOWN_BYTES ? value.toString('hex') : `SHA-256 ${hash('sha256', value, 'hex')}`;
}
