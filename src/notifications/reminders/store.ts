import { type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../../db/index.ts';
import { DAY } from '../../lib/durations.ts';
import { SIGNING_CA_MINIMUM_DAYS } from '../../pki/index.ts';

/** A threshold and the ends that have reached it and no smaller one: `since` ≤ end < `below`, UTC ms. */
export interface Reached {
  readonly threshold: number;
  readonly since: number;
  readonly below: number;
}

/** What is told now, and of which thresholds. */
export interface Telling {
  readonly at: number;
  readonly reached: readonly Reached[];
}

/** Certificates in the order of their ends; a page of them lies behind `after`, up to and with `upTo`. */
export interface EndsPage {
  readonly after: EndsKey;
  readonly upTo: EndsKey;
}
export interface EndsKey {
  readonly notAfter: number;
  readonly id: string;
}

/** `certificates`: what partners uploaded, earlier ones too. `mosip-signed`: what was issued for them. */
export type EndsTable = 'certificates' | 'mosip-signed';
const TABLES: Record<EndsTable, { readonly name: SQL; readonly id: SQL }> = {
  certificates: { name: sql`certificates`, id: sql`id` },
  'mosip-signed': { name: sql`mosip_signed_certificates`, id: sql`certificate_id` },
};

/** The last of the next `size` certificates behind `after` that end before an instant; undefined where there is none. */
export function findPageEnd(
  db: Queries,
  table: EndsTable,
  after: EndsKey,
  below: number,
  size: number,
): EndsKey | undefined {
  const { name, id } = TABLES[table];
  return db.all<EndsKey>(sql`SELECT not_after AS "notAfter", id FROM (
      SELECT not_after, ${id} AS id FROM ${name} WHERE (not_after, ${id}) > (${after.notAfter}, ${after.id}) AND not_after < ${below}
      ORDER BY not_after, ${id} LIMIT ${size})
    ORDER BY not_after DESC, id DESC LIMIT 1`)[0];
}

const onPage = ({ after, upTo }: EndsPage, notAfter: SQL, id: SQL) =>
  sql`(${notAfter}, ${id}) > (${after.notAfter}, ${after.id}) AND (${notAfter}, ${id}) <= (${upTo.notAfter}, ${upTo.id})`;

// CROSS JOIN keeps SQLite to the order of the tables: from the certificates of the page to whose they are, whatever it knows of their numbers.

/** Reminds the partners of a page's certificates that are their current ones. */
export function tellPartnerCertificates(tx: Queries, telling: Telling, page: EndsPage): void {
  const { reached } = telling;
  tell(
    tx,
    telling,
    sql`SELECT c.partner_id, 'partner-certificate-ends', c.id, r.threshold, NULL, c.subject, c.not_after
      FROM certificates c CROSS JOIN partners p ON p.account_id = c.partner_id AND p.certificate_id = c.id CROSS JOIN ${asTable(reached)} r ON ${isIn(sql`c.not_after`)}
      WHERE +c.chip_id IS NULL AND ${onPage(page, sql`c.not_after`, sql`c.id`)} ORDER BY c.not_after, c.id`,
  );
}

/** Reminds the partners of a page's certificates that are those of approved chips. */
export function tellChipCertificates(tx: Queries, telling: Telling, page: EndsPage): void {
  tell(
    tx,
    telling,
    sql`SELECT c.partner_id, 'chip-certificate-ends', c.id, r.threshold, h.id, h.make || ' ' || h.model, c.not_after
      FROM certificates c CROSS JOIN chips h ON h.id = c.chip_id AND h.certificate_id = c.id AND h.status = 'approved'
        CROSS JOIN ${asTable(telling.reached)} r ON ${isIn(sql`c.not_after`)}
      WHERE ${onPage(page, sql`c.not_after`, sql`c.id`)} ORDER BY c.not_after, c.id`,
  );
}

/** Reminds the partners of a page's MOSIP-signed certificates that were issued for their current ones. */
export function tellMosipSigned(tx: Queries, telling: Telling, page: EndsPage): void {
  tell(
    tx,
    telling,
    sql`SELECT p.account_id, 'mosip-signed-ends', m.certificate_id, r.threshold, NULL, c.subject, m.not_after
      FROM mosip_signed_certificates m CROSS JOIN certificates c ON c.id = m.certificate_id
        CROSS JOIN partners p ON p.account_id = c.partner_id AND p.certificate_id = c.id CROSS JOIN ${asTable(telling.reached)} r ON ${isIn(sql`m.not_after`)}
      WHERE ${onPage(page, sql`m.not_after`, sql`m.certificate_id`)} ORDER BY m.not_after, m.certificate_id`,
  );
}

/** Reminds the admins of the CA certificates of the trust store that are not retired. */
export function tellCaCertificates(tx: Queries, telling: Telling): void {
  tell(
    tx,
    telling,
    sql`SELECT a.id, 'ca-ends', c.id, r.threshold, c.id, c.subject, c.not_after
      FROM ca_certificates c JOIN ${asTable(telling.reached)} r ON ${isIn(sql`c.not_after`)} JOIN accounts a ON a.role = 'PARTNER_ADMIN'
      WHERE c.id NOT IN (${RETIRED}) ORDER BY c.not_after, c.id`,
  );
}

/** Of the trust store: the ids whose retirement is open. */
const RETIRED = sql`SELECT t.ca_certificate_id FROM ca_retirements t LEFT JOIN ca_reinstatements i ON i.retirement_id = t.id WHERE i.retirement_id IS NULL`;

/** Reminds the admins of the day from which the portal's own CA issues no more: it, or one above it, has too few days left (rules 5). */
export function tellSigningCa(tx: Queries, telling: Telling): void {
  tell(
    tx,
    telling,
    sql`SELECT a.id, 'signing-ca-stops', s.id, r.threshold, NULL, '', s.stops_at
      FROM (WITH RECURSIVE chain (issuing, parent_id, not_after) AS (
          SELECT id, parent_id, not_after FROM (SELECT * FROM signing_ca_certificates WHERE kind = 'issuing' ORDER BY created_at DESC, id DESC LIMIT 1)
          UNION ALL SELECT c.issuing, p.parent_id, p.not_after FROM chain c JOIN signing_ca_certificates p ON p.id = c.parent_id)
        SELECT issuing AS id, min(not_after) - ${SIGNING_CA_MINIMUM_DAYS * DAY} AS stops_at FROM chain GROUP BY issuing) s
      JOIN ${asTable(telling.reached)} r ON ${isIn(sql`s.stops_at`)} JOIN accounts a ON a.role = 'PARTNER_ADMIN' WHERE true`,
  );
}

/** How many of a page's certificates are in use: of partners, and of approved chips. */
export function countUsedOn(db: Queries, page: EndsPage): { partners: number; chips: number } {
  const rows = db.all<{
    partners: number;
    chips: number;
  }>(sql`SELECT count(p.account_id) AS partners, count(h.id) AS chips FROM certificates c
    LEFT JOIN partners p ON p.account_id = c.partner_id AND p.certificate_id = c.id AND ${isActive(sql`c.partner_id`)}
    LEFT JOIN chips h ON h.id = c.chip_id AND h.certificate_id = c.id AND h.status = 'approved'
    WHERE ${onPage(page, sql`c.not_after`, sql`c.id`)}`);
  return rows[0] ?? { partners: 0, chips: 0 };
}

/** How many of a page's MOSIP-signed certificates are in use. */
export function countSignedOn(db: Queries, page: EndsPage): number {
  const rows = db.all<{
    count: number;
  }>(sql`SELECT count(*) AS count FROM mosip_signed_certificates m CROSS JOIN certificates c ON c.id = m.certificate_id
    CROSS JOIN partners p ON p.account_id = c.partner_id AND p.certificate_id = c.id AND ${isActive(sql`c.partner_id`)}
    WHERE ${onPage(page, sql`m.not_after`, sql`m.certificate_id`)}`);
  return rows[0]?.count ?? 0;
}

/** How many CA certificates of the trust store, not retired, end from one instant to before another. */
export function countCasEnding(db: Queries, from: number, below: number): number {
  const rows = db.all<{ count: number }>(
    sql`SELECT count(*) AS count FROM ca_certificates WHERE not_after >= ${from} AND not_after < ${below} AND id NOT IN (${RETIRED})`,
  );
  return rows[0]?.count ?? 0;
}

const isActive = (accountId: SQL) =>
  sql`NOT EXISTS (SELECT 1 FROM account_deactivations x WHERE x.account_id = ${accountId})`;

function asTable(reached: readonly Reached[]): SQL {
  const rows = reached.map(({ threshold, since, below }) => sql`(${threshold}, ${since}, ${below})`);
  return sql`(SELECT column1 AS threshold, column2 AS since, column3 AS below FROM (VALUES ${sql.join(rows, sql`, `)}))`;
}

const isIn = (end: SQL) => sql`${end} >= r.since AND ${end} < r.below`;

/**
 * Tells what was not told yet for the threshold that is reached now; one telling makes up for all thresholds that were missed. A clock
 * that ran ahead for a while does not silence what comes: tellings of the future do not count. What was told of the same thing at an
 * earlier threshold is taken away. Nobody hears of an end before the own account, nor once deactivated.
 * @param candidates account, kind, thing, threshold, target, about, end
 */
function tell(tx: Queries, { at }: Telling, candidates: SQL): void {
  const before = tx.all<{ id: number }>(sql`SELECT coalesce(max(id), 0) AS id FROM notifications`)[0]?.id ?? 0;
  const { changes } =
    tx.run(sql`WITH due (account_id, kind, thing_id, threshold, target_id, about, ends_at) AS (${candidates})
    INSERT INTO notifications (account_id, kind, thing_id, threshold, target_id, about, search_key, ends_at, at, mail_due)
    SELECT d.account_id, d.kind, d.thing_id, d.threshold, d.target_id, d.about, casefold(d.about), d.ends_at, ${at}, 'gathered'
    FROM due d CROSS JOIN accounts a ON a.id = d.account_id
    WHERE d.ends_at >= a.created_at
      AND ${isActive(sql`d.account_id`)}
      AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.account_id = d.account_id AND n.kind = d.kind AND n.thing_id = d.thing_id
        AND n.threshold <= d.threshold AND n.at <= ${at})
    ON CONFLICT DO NOTHING`);
  if (changes === 0) return;
  tx.run(sql`DELETE FROM notifications WHERE id IN (SELECT o.id FROM notifications n
    JOIN notifications o ON o.account_id = n.account_id AND o.kind = n.kind AND o.thing_id = n.thing_id AND o.id < n.id
    WHERE n.id > ${before} AND n.threshold IS NOT NULL)`);
}
