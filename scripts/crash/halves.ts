import { checkTrail } from '../../src/audit/index.ts';
import { type Db, openDatabase, type Sqlite } from '../../src/db/index.ts';
import type { Ledger } from './ledger.ts';

/** The row of the trail that tells of a change to a thing. */
const told = (action: string, thing: string) =>
  `EXISTS (SELECT 1 FROM audit_entries e WHERE e.thing_id = ${thing} AND e.action = '${action}' AND e.outcome = 'done')`;
/** The same of a change to one of its certificates. */
const toldOf = (actions: string, thing: string, certificate: string) =>
  `EXISTS (SELECT 1 FROM audit_entries e WHERE e.thing_id = ${thing} AND e.action IN (${actions}) AND e.outcome = 'done'
    AND e.detail ->> 'certificate' = ${certificate})`;
/** What the trail tells of, with no row where it should have left one. */
const onlyTold = (actions: string, left: string) =>
  `SELECT e.id FROM audit_entries e WHERE e.action IN (${actions}) AND e.outcome = 'done' AND NOT EXISTS (${left})`;

/** Rows that only half a write could have left. Each query finds none in a sound portal. */
const HALVES: Readonly<Record<string, string>> = {
  'an account of a partner without the partner, or the reverse':
    "SELECT a.id FROM accounts a LEFT JOIN partners p ON p.account_id = a.id WHERE (a.role = 'FTM_PROVIDER') <> (p.account_id IS NOT NULL)",
  'a registration that the trail does not tell of': `SELECT account_id FROM partners WHERE NOT ${told('partner.register', 'account_id')}`,
  'a registration that is only told of': onlyTold(
    "'partner.register'",
    'SELECT 1 FROM partners WHERE account_id = e.thing_id',
  ),
  'a consent that the trail does not tell of': `SELECT account_id FROM consents WHERE NOT ${told('consent.give', 'account_id')}`,
  'a consent that is only told of': onlyTold("'consent.give'", 'SELECT 1 FROM consents WHERE account_id = e.thing_id'),
  'a partner certificate without its MOSIP-signed one':
    'SELECT id FROM certificates c WHERE chip_id IS NULL AND NOT EXISTS (SELECT 1 FROM mosip_signed_certificates WHERE certificate_id = c.id)',
  'a certificate without its path':
    'SELECT id FROM certificates c WHERE NOT EXISTS (SELECT 1 FROM certificate_paths WHERE certificate_id = c.id)',
  'an upload that the trail does not tell of': `SELECT id FROM certificates c
    WHERE NOT ${toldOf("'partner-certificate.upload', 'chip.upload-certificate'", 'coalesce(c.chip_id, c.partner_id)', 'c.id')}`,
  'an upload that is only told of': onlyTold(
    "'partner-certificate.upload', 'chip.upload-certificate'",
    "SELECT 1 FROM certificates WHERE id = e.detail ->> 'certificate'",
  ),
  'a partner whose certificate is not the newest': `SELECT account_id FROM partners p WHERE p.certificate_id IS NOT
    (SELECT id FROM certificates WHERE partner_id = p.account_id AND chip_id IS NULL ORDER BY rowid DESC LIMIT 1)`,
  'a chip whose certificate is not the newest': `SELECT id FROM chips h WHERE certificate_id IS NOT
    (SELECT id FROM certificates WHERE chip_id = h.id ORDER BY rowid DESC LIMIT 1)`,
  'a chip that the trail does not tell of': `SELECT id FROM chips WHERE NOT ${told('chip.add', 'chips.id')}`,
  'a chip that is only told of': onlyTold("'chip.add'", 'SELECT 1 FROM chips WHERE id = e.thing_id'),
  'a chip whose status is not what was done with it': `SELECT h.id FROM chips h
    LEFT JOIN chip_deactivations x ON x.chip_id = h.id LEFT JOIN chip_decisions d ON d.certificate_id = h.certificate_id
    WHERE h.status <> CASE WHEN x.chip_id IS NOT NULL THEN 'deactivated' WHEN h.certificate_id IS NULL THEN 'pending_cert_upload'
      ELSE coalesce(d.outcome, 'pending_approval') END`,
  'a decision that the trail does not tell of': `SELECT certificate_id FROM chip_decisions d
    WHERE NOT ${toldOf("CASE d.outcome WHEN 'approved' THEN 'chip.approve' ELSE 'chip.reject' END", 'd.chip_id', 'd.certificate_id')}`,
  'a decision that is only told of': onlyTold(
    "'chip.approve', 'chip.reject'",
    "SELECT 1 FROM chip_decisions WHERE certificate_id = e.detail ->> 'certificate'",
  ),
  'a decision of which the provider is not told': `SELECT d.certificate_id FROM chip_decisions d JOIN chips h ON h.id = d.chip_id
    WHERE h.certificate_id = d.certificate_id AND h.status IN ('approved', 'rejected') AND NOT EXISTS
      (SELECT 1 FROM notifications n WHERE n.account_id = h.partner_id AND n.kind = 'chip-' || d.outcome AND n.target_id = h.id)`,
  'a deactivation that the trail does not tell of': `SELECT chip_id FROM chip_deactivations WHERE NOT ${told('chip.deactivate', 'chip_id')}`,
  'a deactivation that is only told of': onlyTold(
    "'chip.deactivate'",
    'SELECT 1 FROM chip_deactivations WHERE chip_id = e.thing_id',
  ),
  'a chip that is listed otherwise': `SELECT h.id FROM chips h LEFT JOIN chip_list l ON l.chip_id = h.id
    WHERE l.status IS NOT h.status OR l.status_at IS NOT h.status_at OR l.partner_id IS NOT h.partner_id`,
  'a person who is listed otherwise': `SELECT a.id FROM accounts a LEFT JOIN partners p ON p.account_id = a.id LEFT JOIN person_list l ON l.account_id = a.id
    WHERE l.status IS NOT CASE WHEN p.account_id IS NOT NULL AND p.certificate_id IS NULL THEN 'no_certificate' ELSE 'active' END`,
  'a count that is not that of the rows': `WITH counted AS (
      SELECT 'chips' AS list, '' AS scope, status, count(*) AS count FROM chips GROUP BY status
      UNION ALL SELECT 'chips', partner_id, status, count(*) FROM chips GROUP BY partner_id, status
      UNION ALL SELECT 'people', role, status, count(*) FROM person_list GROUP BY role, status
      UNION ALL SELECT 'ca', kind, '', count(*) FROM ca_certificates GROUP BY kind
      UNION ALL SELECT 'audit', '', outcome, count(*) FROM audit_entries GROUP BY outcome)
    SELECT list || ' ' || scope || ' ' || status FROM counted c FULL JOIN list_counts l USING (list, scope, status)
    WHERE coalesce(c.count, 0) <> coalesce(l.count, 0)`,
  'rows that cannot be searched for': `SELECT 'chips' WHERE (SELECT count(*) FROM chip_list) <> (SELECT count(*) FROM chip_search)
    UNION ALL SELECT 'people' WHERE (SELECT count(*) FROM person_list) <> (SELECT count(*) FROM person_search)
    UNION ALL SELECT 'trail' WHERE (SELECT count(*) FROM audit_entries) <> (SELECT count(*) FROM audit_search)`,
};

/** Of every kind of fault so many are named. */
const NAMED = 5;

/** Looks at the database beside the portal that runs on it: what was acknowledged is there, nothing is there by half. Returns the faults in words. */
export function inspect(dataDir: string, ledger: Ledger): string[] {
  const db = openDatabase(dataDir);
  try {
    const sqlite = db.$client;
    // One moment: meanwhile the portal goes on.
    return sqlite.transaction(() => [
      ...integrityFaults(sqlite),
      ...trailFaults(db),
      ...ledger.missing(sqlite),
      ...halves(sqlite),
    ])();
  } finally {
    db.$client.close();
  }
}

function integrityFaults(sqlite: Sqlite): string[] {
  const integrity = (sqlite.prepare('PRAGMA integrity_check').pluck().all() as string[]).filter(
    (line) => line !== 'ok',
  );
  const broken = sqlite.pragma('foreign_key_check') as { table: string; rowid: number }[];
  return [
    ...integrity.map((line) => `integrity_check: ${line}`),
    ...broken.map(({ table, rowid }) => `foreign_key_check: ${table} ${rowid}`),
  ];
}

function trailFaults(db: Db): string[] {
  const { fault } = checkTrail(db);
  return fault === undefined ? [] : [`audit trail: ${JSON.stringify(fault)}`];
}

function halves(sqlite: Sqlite): string[] {
  return Object.entries(HALVES).flatMap(([what, query]) => {
    const found = sqlite.prepare(query).pluck().all() as (string | number)[];
    return found.slice(0, NAMED).map((id) => `${what}: ${id}`);
  });
}
