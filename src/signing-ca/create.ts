import { recordChange, SYSTEM } from '../audit/index.ts';
import type { Config } from '../config.ts';
import { type Db, transaction } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import { createIssuingCa, createRootCa, type OwnCa } from '../pki/index.ts';
import { writeKeyFile } from './key-file.ts';
import { insertSigningCa } from './store.ts';

/** Makes the root and the issuing CA of a new portal (rules 5). The keys are on disk, encrypted, before the certificates are in the database. */
export async function createSigningCa(db: Db, config: Config, passphrase: string): Promise<void> {
  const options = { organization: config.caOrganization, keyKind: config.caKey, at: now() };
  const root = await createRootCa(options);
  const issuing = await createIssuingCa(options, root);
  const rootId = newId();
  const issuingId = newId();
  await writeKeyFile(config.dataDir, rootId, root.privateKey, passphrase);
  await writeKeyFile(config.dataDir, issuingId, issuing.privateKey, passphrase);
  transaction(db, (tx) => {
    insertSigningCa(tx, row(rootId, 'root', null, root));
    insertSigningCa(tx, row(issuingId, 'issuing', rootId, issuing));
    for (const [id, ca] of [
      [rootId, root],
      [issuingId, issuing],
    ] as const) {
      const detail = { subject: ca.certificate.subject.text, fingerprint: ca.certificate.fingerprint };
      recordChange(tx, SYSTEM, { action: 'signing-ca.create', thing: { type: 'signing-ca', id }, detail });
    }
  });
}

function row(id: string, kind: 'root' | 'issuing', parentId: string | null, { certificate }: OwnCa) {
  return {
    id,
    kind,
    parentId,
    fingerprint: certificate.fingerprint,
    der: certificate.der,
    notAfter: certificate.notAfter,
    createdAt: now(),
  };
}
