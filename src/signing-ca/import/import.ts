import type { Actor } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { Certificate } from '../../pki/index.ts';
import { keepCertificate, keepWithKeys, noteCa, type SigningCaParts } from '../create.ts';
import { findByFingerprint } from '../store.ts';
import { judgeImport } from './judge.ts';
import type { KeyStore } from './read.ts';

export type Imported =
  | { readonly ok: true; readonly id: string; readonly chain: readonly Certificate[] }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/**
 * Takes a CA with its key in as the portal's issuing CA, which signs from then on, and the certificates above it (rules 5).
 * The key is encrypted anew under the portal's own passphrase.
 */
export async function importSigningCa(
  parts: SigningCaParts,
  actor: Actor,
  keyStore: KeyStore,
  further: readonly Certificate[],
): Promise<Imported> {
  const judged = await judgeImport(keyStore, further, now());
  if (!judged.ok) return judged;
  const chain = judged.chain;
  const id = newId();
  try {
    await keepWithKeys(parts, [{ id, key: keyStore.privateKey }], (tx) => keepChain(tx, actor, id, chain));
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reasons: [error.reason] };
    throw error;
  }
  return { ok: true, id, chain };
}

/** Ends the transaction in which it is thrown. */
class Refused extends Error {
  readonly reason: Reason;
  constructor(name: string, certificate: Certificate) {
    super(name);
    this.reason = { code: 'PMP-CA-005', name, data: { certificate: certificate.subject.label } };
  }
}

/** From the root down, since each row names the one above it; those that are there already are used again. */
function keepChain(tx: Tx, actor: Actor, issuingId: string, chain: readonly Certificate[]): void {
  const [issuing, ...above] = chain;
  let parentId: string | null = null;
  for (const certificate of above.reverse()) parentId = keepAbove(tx, actor, certificate, parentId);
  if (issuing === undefined || parentId === null) throw new Error('an issuing CA stands below a root');
  if (findByFingerprint(tx, issuing.fingerprint) !== undefined) throw new Refused('ca-import-known', issuing);
  keepCertificate(tx, { id: issuingId, kind: 'issuing', parentId, certificate: issuing });
  noteCa(tx, actor, 'signing-ca.import', issuingId, issuing);
}

function keepAbove(tx: Tx, actor: Actor, certificate: Certificate, parentId: string | null): string {
  const known = findByFingerprint(tx, certificate.fingerprint);
  // A cross-signed CA can hang on two roots, but what was issued below it has one chain that it is handed out with.
  if (known !== undefined && known.parentId !== parentId) throw new Refused('ca-import-other-chain', certificate);
  if (known !== undefined) return known.id;
  const id = newId();
  keepCertificate(tx, { id, kind: parentId === null ? 'root' : 'intermediate', parentId, certificate });
  noteCa(tx, actor, 'signing-ca.import', id, certificate);
  return id;
}
