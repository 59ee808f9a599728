import type { FastifyInstance } from 'fastify';
import type { SigningCaParts } from './create.ts';
import { registerRenewal } from './renewal/routes.ts';
import { registerShow } from './show/routes.ts';
import type { SigningCa } from './signing-ca.ts';

export { createSigningCa, type SigningCaParts } from './create.ts';
export { type Imported, importSigningCa } from './import/import.ts';
export { type KeyStore, type ReadKeyStore, readKeyStore } from './import/read.ts';
export { type OpenedAhead, rememberKey } from './key-file.ts';
export type { OwnCertificate } from './own-certificate.ts';
export { passphraseFile, passphraseFor, readPassphrase } from './passphrase.ts';
export { renewSigningCa } from './renewal/renew.ts';
export { type Issued, openSigningCa, type SigningCa, signingCaOf } from './signing-ca.ts';
export type { Standing } from './standing.ts';

/** The portal's own CA (rules 5): what the admin sees of it, its renewal, and the public download of its certificates. */
export function registerSigningCa(app: FastifyInstance, signingCa: SigningCa, parts: SigningCaParts): void {
  registerShow(app, signingCa, parts);
  registerRenewal(app, signingCa, parts);
}
