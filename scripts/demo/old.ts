import type { Db } from '../../src/db/index.ts';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { newId } from '../../src/lib/ids.ts';
import { type MadeCertificate, makeLeaf, makeRoot } from '../../test/support/certificates.ts';
import type { DemoPki } from './samples.ts';

/** What was accepted long ago and ends soon, so that there is something to be reminded of. No form takes it any more. */
export function addOldThings(db: Db, pki: DemoPki): void {
  const sqlite = db.$client;
  const idOf = (username: string) => sqlite.prepare('SELECT id FROM accounts WHERE username = ?').pluck().get(username);
  const [meera, asha] = [idOf('meera'), idOf('asha')];
  const then = now() - 700 * DAY;
  const old = { notBefore: then - DAY, at: then };

  const root = makeRoot({
    subject: { C: 'IN', O: 'India Trust', CN: 'India Trust Devices 2016' },
    ...old,
    notAfter: now() + 14 * DAY,
  });
  insert('ca_certificates', {
    ...rowOf(root),
    domain: 'DEVICE',
    kind: 'root',
    uploaded_at: then,
    uploaded_by: meera,
  });

  const leaf = makeLeaf(pki.issuing, {
    subject: { C: 'IN', O: 'Acme Chips Ltd', CN: 'Acme FTM-A80' },
    ...old,
    notAfter: now() + 9 * DAY,
  });
  const chip = newId();
  const certificate = { ...rowOf(leaf), key_fingerprint: leaf.certificate.key.fingerprint, partner_id: asha };
  const names = { make: 'Acme', model: 'FTM-A80', make_key: 'acme', model_key: 'ftm-a80' };
  const state = { status: 'pending_cert_upload', created_at: then, status_at: then };
  insert('chips', { id: chip, partner_id: asha, ...names, ...state });
  insert('certificates', { ...certificate, chip_id: chip, uploaded_at: then, uploaded_by: asha });
  insert('chip_decisions', {
    certificate_id: certificate.id,
    chip_id: chip,
    outcome: 'approved',
    at: then + DAY,
    by: meera,
  });
  sqlite
    .prepare("UPDATE chips SET status = 'approved', status_at = ?, certificate_id = ? WHERE id = ?")
    .run(then + DAY, certificate.id, chip);

  function insert(table: string, row: Record<string, unknown>): void {
    const columns = Object.keys(row);
    sqlite
      .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`)
      .run(row);
  }
}

/** What the tables of certificates have in common. */
function rowOf({ der, certificate }: MadeCertificate) {
  const { fingerprint, subject, issuer, notBefore, notAfter } = certificate;
  const names = { subject: subject.text, issuer: issuer.text };
  return { id: newId(), fingerprint, der, ...names, not_before: notBefore, not_after: notAfter };
}
