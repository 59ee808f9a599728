-- An imported issuing CA may stand below intermediates (rules 5, "or imported"). SQLite cannot widen a CHECK, so the table is
-- built anew; foreign keys are off meanwhile and are checked before this commits.
CREATE TABLE signing_ca_certificates_new (
  id text PRIMARY KEY NOT NULL,
  kind text NOT NULL,
  parent_id text,
  fingerprint text NOT NULL,
  der blob NOT NULL,
  not_after integer NOT NULL,
  created_at integer NOT NULL,
  CHECK (kind IN ('root', 'intermediate', 'issuing')),
  CHECK ((kind = 'root') = (parent_id IS NULL)),
  FOREIGN KEY (parent_id) REFERENCES signing_ca_certificates(id)
) STRICT;

INSERT INTO signing_ca_certificates_new (id, kind, parent_id, fingerprint, der, not_after, created_at)
  SELECT id, kind, parent_id, fingerprint, der, not_after, created_at FROM signing_ca_certificates;
DROP TABLE signing_ca_certificates;
ALTER TABLE signing_ca_certificates_new RENAME TO signing_ca_certificates;

CREATE UNIQUE INDEX signing_ca_certificates_fingerprint_unique ON signing_ca_certificates (fingerprint);

-- What was issued names its issuer for ever.
CREATE TRIGGER signing_ca_certificates_no_update BEFORE UPDATE ON signing_ca_certificates BEGIN SELECT RAISE(ABORT, 'signing_ca_certificates rows are never changed or deleted'); END;
CREATE TRIGGER signing_ca_certificates_no_delete BEFORE DELETE ON signing_ca_certificates BEGIN SELECT RAISE(ABORT, 'signing_ca_certificates rows are never changed or deleted'); END;
