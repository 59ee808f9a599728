import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { connect, migrate, readMigrations } from '../../src/db/index.ts';

test('the signing CA of a running portal survives the table being built anew, with what it issued', () => {
  const sqlite = new Database(':memory:');
  connect(sqlite);
  const migrations = readMigrations(resolve(import.meta.dirname, '../../migrations'));
  migrate(sqlite, migrations.slice(0, 2));
  sqlite.exec(`
    INSERT INTO accounts VALUES ('p1', 'FTM_PROVIDER', 'u', 'u', 'e', 'e', 'f', 'l', 'en', 'h', 1);
    INSERT INTO partners VALUES ('p1', 'FTM_PROVIDER', 'o', 'a', '1', NULL);
    INSERT INTO certificates (id, partner_id, chip_id, fingerprint, key_fingerprint, der, subject, issuer, not_before, not_after,
      uploaded_at, uploaded_by) VALUES ('k1', 'p1', NULL, 'f', 'f', x'30', 's', 'i', 1, 2, 1, 'p1');
    INSERT INTO signing_ca_certificates VALUES ('root', 'root', NULL, 'f1', x'31', 1, 1), ('issuing', 'issuing', 'root', 'f2', x'32', 1, 1);
    INSERT INTO mosip_signed_certificates (certificate_id, issuer_id, serial_number, fingerprint, der, not_before, not_after)
      VALUES ('k1', 'issuing', 's', 'f', x'33', 1, 2);`);
  const rows = () => sqlite.prepare('SELECT * FROM signing_ca_certificates ORDER BY id').all();
  const before = rows();
  migrate(sqlite, migrations);
  expect(rows()).toEqual(before);
  expect(before).toHaveLength(2);
  const issuer = 'SELECT c.kind FROM mosip_signed_certificates m JOIN signing_ca_certificates c ON c.id = m.issuer_id';
  expect(sqlite.prepare(issuer).pluck().all()).toEqual(['issuing']);
  const add = sqlite.prepare("INSERT INTO signing_ca_certificates VALUES (?, 'intermediate', ?, ?, x'34', 1, 1)");
  add.run('middle', 'root', 'f3');
  expect(() => add.run('stray', 'nowhere', 'f4')).toThrow(/FOREIGN KEY/);
  sqlite.close();
});
