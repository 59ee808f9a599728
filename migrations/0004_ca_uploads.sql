-- What became of each certificate of an uploaded file with several CA certificates (rules 2): added, or the reasons against it.
CREATE TABLE ca_uploads (
  id text PRIMARY KEY NOT NULL,
  domain text NOT NULL,
  at integer NOT NULL,
  by text NOT NULL,
  CHECK (domain IN ('FTM', 'DEVICE', 'AUTH')),
  FOREIGN KEY (by) REFERENCES accounts(id)
) STRICT;

CREATE TABLE ca_upload_outcomes (
  upload_id text NOT NULL,
  position integer NOT NULL,
  fingerprint text NOT NULL,
  subject text NOT NULL,
  kind text NOT NULL,
  ca_certificate_id text,
  reasons text,
  PRIMARY KEY (upload_id, position),
  CHECK (kind IN ('root', 'intermediate')),
  CHECK ((ca_certificate_id IS NULL) = (reasons IS NOT NULL)),
  FOREIGN KEY (upload_id) REFERENCES ca_uploads(id),
  FOREIGN KEY (ca_certificate_id) REFERENCES ca_certificates(id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ca_uploads_no_update BEFORE UPDATE ON ca_uploads BEGIN SELECT RAISE(ABORT, 'ca_uploads rows are never changed or deleted'); END;
CREATE TRIGGER ca_uploads_no_delete BEFORE DELETE ON ca_uploads BEGIN SELECT RAISE(ABORT, 'ca_uploads rows are never changed or deleted'); END;
CREATE TRIGGER ca_upload_outcomes_no_update BEFORE UPDATE ON ca_upload_outcomes BEGIN SELECT RAISE(ABORT, 'ca_upload_outcomes rows are never changed or deleted'); END;
CREATE TRIGGER ca_upload_outcomes_no_delete BEFORE DELETE ON ca_upload_outcomes BEGIN SELECT RAISE(ABORT, 'ca_upload_outcomes rows are never changed or deleted'); END;
