-- Retiring a CA certificate (rules 2): it stays, with who, when and why, and no path uses it until an upload reinstates it.
CREATE TABLE ca_retirements (
  id text PRIMARY KEY NOT NULL,
  ca_certificate_id text NOT NULL,
  at integer NOT NULL,
  by text NOT NULL,
  reason text NOT NULL,
  FOREIGN KEY (ca_certificate_id) REFERENCES ca_certificates(id),
  FOREIGN KEY (by) REFERENCES accounts(id)
) STRICT;

CREATE INDEX ca_retirements_certificate ON ca_retirements (ca_certificate_id,at);

CREATE TABLE ca_reinstatements (
  retirement_id text PRIMARY KEY NOT NULL,
  at integer NOT NULL,
  by text NOT NULL,
  FOREIGN KEY (retirement_id) REFERENCES ca_retirements(id),
  FOREIGN KEY (by) REFERENCES accounts(id)
) STRICT;

CREATE TRIGGER ca_retirements_once BEFORE INSERT ON ca_retirements
  WHEN EXISTS (SELECT 1 FROM ca_retirements r LEFT JOIN ca_reinstatements i ON i.retirement_id = r.id
    WHERE r.ca_certificate_id = NEW.ca_certificate_id AND i.retirement_id IS NULL)
  BEGIN SELECT RAISE(ABORT, 'the CA certificate is retired already'); END;
CREATE TRIGGER ca_retirements_no_update BEFORE UPDATE ON ca_retirements BEGIN SELECT RAISE(ABORT, 'ca_retirements rows are never changed or deleted'); END;
CREATE TRIGGER ca_retirements_no_delete BEFORE DELETE ON ca_retirements BEGIN SELECT RAISE(ABORT, 'ca_retirements rows are never changed or deleted'); END;
CREATE TRIGGER ca_reinstatements_no_update BEFORE UPDATE ON ca_reinstatements BEGIN SELECT RAISE(ABORT, 'ca_reinstatements rows are never changed or deleted'); END;
CREATE TRIGGER ca_reinstatements_no_delete BEFORE DELETE ON ca_reinstatements BEGIN SELECT RAISE(ABORT, 'ca_reinstatements rows are never changed or deleted'); END;

CREATE TRIGGER ca_certificates_retired AFTER INSERT ON ca_retirements
  BEGIN UPDATE trust_store_versions SET version = version + 1
    WHERE domain = (SELECT domain FROM ca_certificates WHERE id = NEW.ca_certificate_id); END;
CREATE TRIGGER ca_certificates_reinstated AFTER INSERT ON ca_reinstatements
  BEGIN UPDATE trust_store_versions SET version = version + 1
    WHERE domain = (SELECT c.domain FROM ca_certificates c JOIN ca_retirements r ON r.ca_certificate_id = c.id WHERE r.id = NEW.retirement_id); END;

-- The CA certificates of the path by which a certificate of a partner or chip was last found trusted: an index, so that what
-- depends on a CA certificate is found without judging everything. It is written anew whenever another path is found.
CREATE TABLE certificate_paths (
  certificate_id text NOT NULL,
  ca_certificate_id text NOT NULL,
  PRIMARY KEY (certificate_id, ca_certificate_id),
  FOREIGN KEY (certificate_id) REFERENCES certificates(id),
  FOREIGN KEY (ca_certificate_id) REFERENCES ca_certificates(id)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_paths_ca ON certificate_paths (ca_certificate_id);
