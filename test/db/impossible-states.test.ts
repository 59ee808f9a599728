import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sqlite } from '../../src/db/index.ts';
import { freshDatabase } from '../support/database.ts';

// The schema itself refuses what must never be, whoever writes: CHECKs, foreign keys, unique indexes, triggers.

let sqlite: Sqlite;

type Row = Readonly<Record<string, string | number | null>>;

const BYTES = 'x';
const ROWS: readonly [table: string, row: Row][] = [
  ['accounts', account('p1', 'FTM_PROVIDER')],
  ['accounts', account('a1', 'PARTNER_ADMIN')],
  ['partners', { account_id: 'p1', partner_type: 'FTM_PROVIDER', organization: 'o', address: 'a', phone: '1' }],
  ['consents', { account_id: 'p1', version: 1, at: 1 }],
  ['chips', chip('c1', 'm1', 'pending_cert_upload', null)],
  ['certificates', certificate('k1', null)],
  ['certificates', certificate('k2', 'c1')],
  ['certificates', certificate('k3', 'c1')],
  ['chips', chip('c2', 'm2', 'pending_approval', 'k2')],
  ['chips', chip('c3', 'm3', 'rejected', 'k2')],
  ['chips', chip('c4', 'm4', 'deactivated', null)],
  ['chip_decisions', { certificate_id: 'k2', chip_id: 'c1', outcome: 'approved', at: 1, by: 'a1', reason: null }],
  ['chip_deactivations', { chip_id: 'c4', at: 1, by: 'a1', reason: null }],
  ['account_deactivations', { account_id: 'p1', at: 1, by: 'a1', reason: 'r' }],
  ['signing_ca_certificates', signingCa('s1', 'root', null)],
  ['signing_ca_certificates', signingCa('s2', 'issuing', 's1')],
  ['mosip_signed_certificates', signed('k1', 'serial')],
  ['ca_certificates', ca('t1', 'FTM', 'root')],
  ['ca_certificates', { ...ca('t9', 'FTM', 'root'), fingerprint: 't9' }],
  ['ca_certificates', { ...ca('t8', 'FTM', 'root'), fingerprint: 't8' }],
  ['ca_retirements', retirement('r1', 't9')],
  ['ca_retirements', retirement('r2', 't8')],
  ['ca_reinstatements', { retirement_id: 'r2', at: 2, by: 'a1' }],
  ['certificate_paths', { certificate_id: 'k1', ca_certificate_id: 't1' }],
  ['ca_uploads', { id: 'u1', domain: 'FTM', at: 1, by: 'a1' }],
  ['ca_upload_outcomes', outcome(0, 't1', null)],
  ['audit_entries', { at: 1, actor: 'a', address: '', action: 'x.y', outcome: 'done', hash: 'a'.repeat(64) }],
  ['account_links', { token_hash: 'h', purpose: 'password-reset', account_id: 'p1', email: null, expires_at: 1 }],
  ['sessions', { id: 's', account_id: 'p1', expires_at: 1, created_at: 1 }],
];

function account(id: string, role: string): Row {
  const names = { username: id, username_key: id, email: id, email_key: id, first_name: 'f', last_name: 'l' };
  return { id, role, ...names, language: 'en', password_hash: 'h', created_at: 1 };
}
function chip(id: string, model: string, status: string, certificateId: string | null): Row {
  const names = { make: 'M', model, make_key: 'm', model_key: model };
  return { id, partner_id: 'p1', ...names, status, certificate_id: certificateId, created_at: 1, status_at: 1 };
}
function certificate(id: string, chipId: string | null): Row {
  const read = {
    fingerprint: id,
    key_fingerprint: id,
    der: BYTES,
    subject: 's',
    issuer: 'i',
    not_before: 1,
    not_after: 2,
  };
  return { id, partner_id: 'p1', chip_id: chipId, ...read, uploaded_at: 1, uploaded_by: 'p1' };
}
function signingCa(id: string, kind: string, parent: string | null): Row {
  return { id, kind, parent_id: parent, fingerprint: id, der: BYTES, not_after: 1, created_at: 1 };
}
function signed(certificateId: string, serial: string): Row {
  const read = { fingerprint: 'f', der: BYTES, not_before: 1, not_after: 2 };
  return { certificate_id: certificateId, issuer_id: 's2', serial_number: serial, ...read };
}
function ca(id: string, domain: string, kind: string): Row {
  const read = { fingerprint: 'f', der: BYTES, subject: 's', issuer: 'i', not_before: 1, not_after: 2 };
  return { id, domain, kind, ...read, uploaded_at: 1, uploaded_by: 'a1' };
}
function retirement(id: string, caCertificateId: string): Row {
  return { id, ca_certificate_id: caCertificateId, at: 1, by: 'a1', reason: 'r' };
}
function outcome(position: number, caCertificateId: string | null, reasons: string | null): Row {
  const read = { fingerprint: 'f', subject: 's', kind: 'root' };
  return { upload_id: 'u1', position, ...read, ca_certificate_id: caCertificateId, reasons };
}

function insert(table: string, row: Row): void {
  const marks = Object.keys(row).map((name) => (name === 'der' ? 'CAST(? AS BLOB)' : '?'));
  const sql = `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${marks.join(', ')})`;
  sqlite.prepare(sql).run(...Object.values(row));
}

beforeEach(() => {
  sqlite = freshDatabase().$client;
  for (const [table, row] of ROWS) insert(table, row);
});
afterEach(() => {
  sqlite.close();
});

describe('a row that must not be is refused', () => {
  test.each<[string, string, Row, RegExp]>([
    ['an unknown role', 'accounts', account('x', 'ROOT'), /CHECK/],
    ['an unknown language', 'accounts', { ...account('x', 'FTM_PROVIDER'), language: 'de' }, /CHECK/],
    ['a username twice', 'accounts', { ...account('x', 'FTM_PROVIDER'), username_key: 'p1' }, /UNIQUE/],
    ['an e-mail twice', 'accounts', { ...account('x', 'FTM_PROVIDER'), email_key: 'p1' }, /UNIQUE/],
    ['text for an instant', 'accounts', { ...account('x', 'FTM_PROVIDER'), created_at: 'now' }, /cannot store TEXT/],
    [
      'another partner type',
      'partners',
      { account_id: 'a1', partner_type: 'AUTH', organization: 'o', address: 'a', phone: '1' },
      /CHECK/,
    ],
    [
      'a partner without account',
      'partners',
      { account_id: 'no', partner_type: 'FTM_PROVIDER', organization: 'o', address: 'a', phone: '1' },
      /FOREIGN/,
    ],
    ['consent of nobody', 'consents', { account_id: 'no', version: 1, at: 1 }, /FOREIGN/],
    ['consent twice', 'consents', { account_id: 'p1', version: 1, at: 2 }, /UNIQUE/],
    ['a session of nobody', 'sessions', { id: 'x', account_id: 'no', expires_at: 1, created_at: 1 }, /FOREIGN/],
    [
      'a set-up link of somebody',
      'account_links',
      { token_hash: 'x', purpose: 'setup', account_id: 'p1', expires_at: 1 },
      /CHECK/,
    ],
    ['a reset link of nobody', 'account_links', { token_hash: 'x', purpose: 'password-reset', expires_at: 1 }, /CHECK/],
    [
      'a change of e-mail to none',
      'account_links',
      { token_hash: 'x', purpose: 'email-change', account_id: 'p1', expires_at: 1 },
      /CHECK/,
    ],
    [
      'a link for something else',
      'account_links',
      { token_hash: 'x', purpose: 'magic', account_id: 'p1', expires_at: 1 },
      /CHECK/,
    ],
    [
      'an outcome besides done and refused',
      'audit_entries',
      { at: 1, actor: '', address: '', action: 'x', outcome: 'maybe', hash: 'a'.repeat(64) },
      /CHECK/,
    ],
    ['a chip of an unknown state', 'chips', chip('x', 'x', 'lost', null), /CHECK/],
    ['a chip that waits for approval without certificate', 'chips', chip('x', 'x', 'pending_approval', null), /CHECK/],
    ['an approved chip without certificate', 'chips', chip('x', 'x', 'approved', null), /CHECK/],
    ['a rejected chip without certificate', 'chips', chip('x', 'x', 'rejected', null), /CHECK/],
    ['a chip that waits for a certificate it has', 'chips', chip('x', 'x', 'pending_cert_upload', 'k2'), /CHECK/],
    ['a chip with an unknown certificate', 'chips', chip('x', 'x', 'pending_approval', 'no'), /FOREIGN/],
    ['the same make and model twice', 'chips', chip('x', 'm2', 'pending_cert_upload', null), /UNIQUE/],
    ['a certificate of nobody', 'certificates', { ...certificate('x', null), partner_id: 'a1' }, /FOREIGN/],
    [
      'a second decision about a certificate',
      'chip_decisions',
      { certificate_id: 'k2', chip_id: 'c1', outcome: 'approved', at: 1, by: 'a1' },
      /UNIQUE|PRIMARY/,
    ],
    [
      'an unknown decision',
      'chip_decisions',
      { certificate_id: 'k3', chip_id: 'c1', outcome: 'perhaps', at: 1, by: 'a1' },
      /CHECK/,
    ],
    [
      'a rejection without reason',
      'chip_decisions',
      { certificate_id: 'k3', chip_id: 'c1', outcome: 'rejected', at: 1, by: 'a1' },
      /CHECK/,
    ],
    [
      'an approval with a reason',
      'chip_decisions',
      { certificate_id: 'k3', chip_id: 'c1', outcome: 'approved', at: 1, by: 'a1', reason: 'r' },
      /CHECK/,
    ],
    [
      'a decision by nobody',
      'chip_decisions',
      { certificate_id: 'k3', chip_id: 'c1', outcome: 'approved', at: 1, by: 'no' },
      /FOREIGN/,
    ],
    ['a second deactivation of a chip', 'chip_deactivations', { chip_id: 'c4', at: 2, by: 'a1' }, /UNIQUE|PRIMARY/],
    [
      'a second deactivation of an account',
      'account_deactivations',
      { account_id: 'p1', at: 2, by: 'a1', reason: 'r' },
      /UNIQUE|PRIMARY/,
    ],
    [
      'a deactivation without reason',
      'account_deactivations',
      { account_id: 'a1', at: 2, by: 'a1', reason: null },
      /NOT NULL/,
    ],
    ['a serial number twice', 'mosip_signed_certificates', signed('k2', 'serial'), /UNIQUE/],
    [
      'a second MOSIP-signed certificate of one upload',
      'mosip_signed_certificates',
      signed('k1', 'other'),
      /UNIQUE|PRIMARY/,
    ],
    ['a root below another', 'signing_ca_certificates', signingCa('x', 'root', 's1'), /CHECK/],
    ['an intermediate below none', 'signing_ca_certificates', signingCa('x', 'intermediate', null), /CHECK/],
    ['a signing CA below one unknown', 'signing_ca_certificates', signingCa('x', 'intermediate', 'no'), /FOREIGN/],
    ['a signing CA of an unknown kind', 'signing_ca_certificates', signingCa('x', 'leaf', 's1'), /CHECK/],
    [
      'a signing CA twice',
      'signing_ca_certificates',
      { ...signingCa('x', 'issuing', 's1'), fingerprint: 's2' },
      /UNIQUE/,
    ],
    ['an issuing CA below none', 'signing_ca_certificates', signingCa('x', 'issuing', null), /CHECK/],
    ['a CA of an unknown domain', 'ca_certificates', { ...ca('x', 'MISP', 'root'), fingerprint: 'g' }, /CHECK/],
    ['a CA of an unknown kind', 'ca_certificates', { ...ca('x', 'FTM', 'leaf'), fingerprint: 'g' }, /CHECK/],
    ['an upload to an unknown domain', 'ca_uploads', { id: 'u2', domain: 'MISP', at: 1, by: 'a1' }, /CHECK/],
    ['a CA certificate refused without reasons', 'ca_upload_outcomes', outcome(1, null, null), /CHECK/],
    ['a CA certificate added with reasons against it', 'ca_upload_outcomes', outcome(1, 't1', '[]'), /CHECK/],
    ['an outcome of no upload', 'ca_upload_outcomes', { ...outcome(1, 't1', null), upload_id: 'no' }, /FOREIGN/],
    ['a second retirement while one is open', 'ca_retirements', retirement('x', 't9'), /retired already/],
    ['a retirement without reason', 'ca_retirements', { ...retirement('x', 't1'), reason: null }, /NOT NULL/],
    ['a retirement of nothing', 'ca_retirements', retirement('x', 'no'), /FOREIGN/],
    ['a second end of a retirement', 'ca_reinstatements', { retirement_id: 'r2', at: 3, by: 'a1' }, /UNIQUE|PRIMARY/],
    ['the end of no retirement', 'ca_reinstatements', { retirement_id: 'no', at: 3, by: 'a1' }, /FOREIGN/],
    ['a path of no certificate', 'certificate_paths', { certificate_id: 'no', ca_certificate_id: 't1' }, /FOREIGN/],
    ['a path by no CA', 'certificate_paths', { certificate_id: 'k1', ca_certificate_id: 'no' }, /FOREIGN/],
    ['a CA twice in a domain', 'ca_certificates', ca('x', 'FTM', 'root'), /UNIQUE/],
  ])('%s', (_, table, row, message) => {
    const before = sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(() => insert(table, row)).toThrow(message);
    expect(sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(before);
  });

  test('but these are not: the same CA in another domain, the same chip after a rejection, a retirement after the end of one', () => {
    insert('ca_retirements', retirement('r3', 't8'));
    insert('ca_certificates', ca('t2', 'DEVICE', 'root'));
    insert('chips', chip('c5', 'm3', 'pending_cert_upload', null));
    insert('chips', chip('c6', 'm4', 'pending_cert_upload', null));
  });
});

describe('what was decided, issued or told stays', () => {
  const KEPT = ['audit_entries', 'certificates', 'mosip_signed_certificates', 'chip_decisions', 'chip_deactivations'];
  const ALSO = ['account_deactivations', 'consents', 'ca_certificates', 'signing_ca_certificates'];
  const UPLOADS = ['ca_uploads', 'ca_upload_outcomes', 'ca_retirements', 'ca_reinstatements'];

  test.each([...KEPT, ...ALSO, ...UPLOADS])('rows of %s are neither changed nor deleted', (table) => {
    const [column] = sqlite.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
    expect(() => sqlite.exec(`UPDATE ${table} SET ${column} = ${column}`)).toThrow(/never changed/);
    expect(() => sqlite.exec(`DELETE FROM ${table}`)).toThrow(/never (changed or )?deleted/);
  });

  test.each(['accounts', 'chips'])('rows of %s are never deleted', (table) => {
    expect(() => sqlite.exec(`DELETE FROM ${table}`)).toThrow(/never deleted/);
  });

  test('a username never changes, the rest of an account may', () => {
    expect(() => sqlite.exec("UPDATE accounts SET username = 'x' WHERE id = 'p1'")).toThrow('a username never changes');
    expect(() => sqlite.exec("UPDATE accounts SET username_key = 'x' WHERE id = 'p1'")).toThrow('never changes');
    sqlite.exec("UPDATE accounts SET email = 'x', email_key = 'x', language = 'fr' WHERE id = 'p1'");
  });

  test.each(['c3', 'c4'])('the rejected or deactivated chip %s never changes', (id) => {
    for (const change of ["status = 'approved', certificate_id = 'k2'", "make = 'x'", 'status_at = 2'])
      expect(() => sqlite.exec(`UPDATE chips SET ${change} WHERE id = '${id}'`)).toThrow('never changes');
    sqlite.exec("UPDATE chips SET status = 'approved' WHERE id = 'c2'");
  });

  test('each CA added, retired or reinstated counts the version of its domain up', () => {
    const version = (domain: string) =>
      sqlite.prepare('SELECT version FROM trust_store_versions WHERE domain = ?').pluck().get(domain);
    const before = [version('FTM'), version('AUTH')];
    insert('ca_certificates', { ...ca('t3', 'AUTH', 'intermediate') });
    expect([version('FTM'), version('AUTH')]).toEqual([before[0], (before[1] as number) + 1]);
    insert('ca_retirements', retirement('r4', 't3'));
    expect([version('FTM'), version('AUTH')]).toEqual([before[0], (before[1] as number) + 2]);
    insert('ca_reinstatements', { retirement_id: 'r4', at: 2, by: 'a1' });
    expect([version('FTM'), version('AUTH')]).toEqual([before[0], (before[1] as number) + 3]);
  });
});
