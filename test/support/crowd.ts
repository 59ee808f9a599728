import type { Db } from '../../src/db/index.ts';
import { fingerprintOf, type MadeCertificate } from './certificates.ts';

/** How much there is of everything. */
export interface Crowd {
  readonly providers: number;
  readonly chips: number;
  /** Rows of the trail. */
  readonly entries: number;
  /** A provider's certificate that stands for everybody's, and the CA certificate above it, as it is stored. */
  readonly leaf: MadeCertificate;
  readonly caId: string;
  /** An admin's account. */
  readonly adminId: string;
}

/** Numbers 1 … n as rows of `numbers`. */
const NUMBERS = 'WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < @n)';
/** An id that looks like any other: its first digits are spread, its last tell the number. */
const id = (number: string, kind: string) =>
  `printf('%08x${kind}%023x', ((${number}) * 2654435761) % 4294967296, ${number})`;
const day = 86_400_000;

/**
 * Fills a database with many providers and chips, in every state, by a handful of statements; the tables that lists are read from
 * follow by themselves. The chips begin a year ago and come evenly until now.
 */
export function fillCrowd({ $client: sqlite }: Db, crowd: Crowd): void {
  const { der, certificate } = crowd.leaf;
  const values = {
    now: Date.now(),
    day,
    providers: crowd.providers,
    der,
    fingerprint: fingerprintOf(der),
    key: certificate.key.fingerprint,
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    ca: crowd.caId,
    admin: crowd.adminId,
  };
  const run = (sql: string, n: number) => sqlite.prepare(sql).run({ ...values, n });
  const columns =
    'id, partner_id, chip_id, fingerprint, key_fingerprint, der, subject, issuer, not_before, not_after, uploaded_at, uploaded_by';
  // Certificates and chips name each other; to look for the one at each of the other would take most of the time.
  sqlite.pragma('foreign_keys = OFF');
  sqlite.transaction(() => {
    run(
      `INSERT INTO accounts (id, role, username, username_key, email, email_key, first_name, last_name, language, password_hash, created_at)
       ${NUMBERS} SELECT ${id('i', 'a')}, 'FTM_PROVIDER', 'provider-' || i, 'provider-' || i, 'p' || i || '@crowd.example', 'p' || i || '@crowd.example',
         'Given' || (i % 90), 'Family' || (i % 700), 'en', '-', @now - 400 * @day + i * 1000 FROM numbers`,
      crowd.providers,
    );
    run(
      `INSERT INTO certificates (${columns})
       ${NUMBERS} SELECT ${id('i', 'b')}, ${id('i', 'a')}, NULL, @fingerprint, @key, @der, @subject, @issuer, @notBefore, @notAfter, @now - 390 * @day, ${id('i', 'a')} FROM numbers`,
      crowd.providers,
    );
    run(
      `INSERT INTO partners (account_id, partner_type, organization, address, phone, certificate_id)
       ${NUMBERS} SELECT ${id('i', 'a')}, 'FTM_PROVIDER', CASE i % 3 WHEN 0 THEN 'Silicon Works ' WHEN 1 THEN 'nordic foundry ' ELSE 'Acme ' END || i,
         '1 Silicon Street', '+1', CASE WHEN i % 10 = 0 THEN NULL ELSE ${id('i', 'b')} END FROM numbers`,
      crowd.providers,
    );
    run(
      `INSERT INTO certificates (${columns})
       ${NUMBERS} SELECT ${id('i', 'c')}, ${id('i % @providers + 1', 'a')}, ${id('i', 'd')}, @fingerprint, @key, @der, @subject, @issuer, @notBefore,
         @notAfter - (i % 1000) * 3600000, @now - 300 * @day, ${id('i % @providers + 1', 'a')} FROM numbers WHERE i % 10 > 0`,
      crowd.chips,
    );
    run(
      `INSERT INTO certificate_paths (certificate_id, ca_certificate_id)
       ${NUMBERS} SELECT ${id('i', 'c')}, @ca FROM numbers WHERE i % 10 > 0`,
      crowd.chips,
    );
    run(
      `INSERT INTO certificate_paths (certificate_id, ca_certificate_id) ${NUMBERS} SELECT ${id('i', 'b')}, @ca FROM numbers`,
      crowd.providers,
    );
    run(
      `INSERT INTO chips (id, partner_id, make, model, make_key, model_key, status, certificate_id, created_at, status_at)
       ${NUMBERS} SELECT ${id('i', 'd')}, ${id('i % @providers + 1', 'a')}, 'Make' || (i % 97), 'FTM-' || i, 'make' || (i % 97), 'ftm-' || i,
         CASE i % 10 WHEN 0 THEN 'pending_cert_upload' WHEN 1 THEN 'pending_approval' WHEN 2 THEN 'rejected' WHEN 3 THEN 'deactivated' ELSE 'approved' END,
         CASE WHEN i % 10 = 0 THEN NULL ELSE ${id('i', 'c')} END,
         @now - 365 * @day + i * (365 * @day / @n), @now - 365 * @day + i * (365 * @day / @n) + (i * 7919) % @day FROM numbers`,
      crowd.chips,
    );
    run(
      `INSERT INTO ca_certificates (id, domain, kind, fingerprint, der, subject, issuer, not_before, not_after, uploaded_at, uploaded_by)
       ${NUMBERS} SELECT ${id('i', 'e')}, 'AUTH', 'root', printf('%064x', i), @der, 'CN=Root CA ' || i || ',O=Authority ' || (i % 7), 'CN=Root CA ' || i, @notBefore,
         @now + (i - 50) * @day, @now - i * @day, @admin FROM numbers`,
      300,
    );
    run(
      `INSERT INTO ca_retirements (id, ca_certificate_id, at, by, reason)
       ${NUMBERS} SELECT printf('%032x', i), ${id('i', 'e')}, @now, @admin, 'no longer audited' FROM numbers`,
      20,
    );
    // Rows of the trail carry a hash since migration 7; here it is over nothing.
    const chained =
      sqlite.prepare("SELECT 1 FROM pragma_table_info('audit_entries') WHERE name = 'hash'").get() !== undefined;
    run(
      `INSERT INTO audit_entries (at, actor_id, actor, address, action, thing_type, thing_id, outcome, code, detail${chained ? ', hash' : ''})
       ${NUMBERS} SELECT @now - 365 * @day + i * (365 * @day / @n), ${id('i % @providers + 1', 'a')}, 'provider-' || (i % @providers + 1), '192.0.2.' || (i % 256),
         CASE i % 3 WHEN 0 THEN 'chip.add' WHEN 1 THEN 'chip.approve' ELSE 'session.start' END, CASE WHEN i % 3 < 2 THEN 'chip' END,
         CASE WHEN i % 3 < 2 THEN ${id('i', 'd')} END, CASE WHEN i % 20 = 0 THEN 'refused' ELSE 'done' END, CASE WHEN i % 20 = 0 THEN 'PMP-CH-002' END,
         CASE WHEN i % 3 = 0 THEN json_object('make', 'Make' || (i % 97), 'model', 'FTM-' || i) END${chained ? ', lower(hex(randomblob(32)))' : ''} FROM numbers`,
      crowd.entries,
    );
  })();
  sqlite.pragma('foreign_keys = ON');
}
