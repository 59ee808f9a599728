import type { FastifyBaseLogger } from 'fastify';
import { type Actor, recordChange } from '../audit/index.ts';
import type { Config } from '../config.ts';
import { type Db, type Tx, transaction } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { forgetCertificate } from '../notifications/index.ts';
import { type CaOptions, type Certificate, createIssuingCa, createRootCa, createSigner } from '../pki/index.ts';
import { removeKeyFile, writeKeyFile } from './key-file.ts';
import { findNewestIssuingCa, insertSigningCa, type SigningCaRow } from './store.ts';

/** What the verbs of the signing CA work with. */
export interface SigningCaParts {
  readonly db: Db;
  readonly config: Config;
  /** Protects the private keys on disk; undefined where it is missing: none can be opened or written then. */
  readonly passphrase: string | undefined;
  readonly log: Pick<FastifyBaseLogger, 'error' | 'warn'>;
}

/** Makes a root and an issuing CA below it, which signs from then on (rules 5): on first start, and for a new root. */
export async function createSigningCa(parts: SigningCaParts, actor: Actor): Promise<void> {
  const options = optionsOf(parts.config);
  const root = await createRootCa(options);
  const issuing = await createIssuingCa(options, createSigner(root.certificate, root.privateKey));
  const ids = { root: newId(), issuing: newId() };
  const keys = [
    { id: ids.root, key: root.privateKey },
    { id: ids.issuing, key: issuing.privateKey },
  ];
  await keepWithKeys(parts, keys, (tx) => {
    keepCertificate(tx, { id: ids.root, kind: 'root', parentId: null, certificate: root.certificate });
    keepCertificate(tx, { id: ids.issuing, kind: 'issuing', parentId: ids.root, certificate: issuing.certificate });
    noteCa(tx, actor, 'signing-ca.create', ids.root, root.certificate);
    noteCa(tx, actor, 'signing-ca.create', ids.issuing, issuing.certificate);
  });
}

/** How CA certificates are made now. */
export function optionsOf(config: Config): CaOptions {
  return { organization: config.caOrganization, keyKind: config.caKey, at: now() };
}

/**
 * Keeps private keys, and in one transaction whatever belongs to them. The keys are on disk, encrypted, before the database knows
 * of them; where `keep` refuses, they are taken away again.
 * @throws AppError unavailable (503, PMP-CA-001) where there is no passphrase to encrypt them under
 */
export async function keepWithKeys(
  { db, config, passphrase }: SigningCaParts,
  keys: readonly { readonly id: string; readonly key: Parameters<typeof writeKeyFile>[2] }[],
  keep: (tx: Tx) => void,
): Promise<void> {
  if (passphrase === undefined)
    throw new AppError('unavailable', [{ code: 'PMP-CA-001', name: 'ca-passphrase-unknown' }]);
  try {
    for (const { id, key } of keys) await writeKeyFile(config.dataDir, id, key, passphrase);
    transaction(db, keep);
  } catch (error) {
    for (const { id } of keys) removeKeyFile(config.dataDir, id);
    throw error;
  }
}

/** Adds one CA certificate of the portal's own. */
export function keepCertificate(
  tx: Tx,
  ca: Pick<SigningCaRow, 'id' | 'kind' | 'parentId'> & { readonly certificate: Certificate },
): void {
  const { certificate, ...row } = ca;
  const { fingerprint, der, notAfter } = certificate;
  // What is made last is the newest, even within a millisecond or after the clock was set back.
  const former = findNewestIssuingCa(tx);
  const createdAt = Math.max(now(), (former?.createdAt ?? 0) + 1);
  if (row.kind === 'issuing' && former !== undefined) forgetCertificate(tx, former.id);
  insertSigningCa(tx, { ...row, fingerprint, der, notAfter, createdAt });
}

/** Writes down in the trail where one of the portal's own CA certificates came from. */
export function noteCa(tx: Tx, actor: Actor, action: string, id: string, certificate: Certificate): void {
  const detail = { subject: certificate.subject.text, fingerprint: certificate.fingerprint };
  recordChange(tx, actor, { action, thing: { type: 'signing-ca', id }, detail });
}
