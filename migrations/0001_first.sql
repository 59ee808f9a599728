-- The first schema. Instants are UTC milliseconds (sessions.expires_at: seconds). STRICT and the checks are written by hand;
-- test/structure compares the columns with src/db/schema.

CREATE TABLE account_deactivations (
  account_id text PRIMARY KEY NOT NULL,
  at integer NOT NULL,
  by text NOT NULL,
  reason text NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts(id),
  FOREIGN KEY (by) REFERENCES accounts(id)
) STRICT;

CREATE TABLE account_links (
  token_hash text PRIMARY KEY NOT NULL,
  purpose text NOT NULL,
  account_id text,
  email text,
  expires_at integer NOT NULL,
  used_at integer,
  FOREIGN KEY (account_id) REFERENCES accounts(id),
  CHECK ((purpose = 'setup') = (account_id IS NULL)),
  CHECK ((purpose = 'email-change') = (email IS NOT NULL)),
  CHECK (purpose IN ('setup', 'password-reset', 'email-change'))
) STRICT;

CREATE TABLE accounts (
  id text PRIMARY KEY NOT NULL,
  role text NOT NULL,
  username text NOT NULL,
  username_key text NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  language text NOT NULL,
  password_hash text NOT NULL,
  created_at integer NOT NULL,
  CHECK (role IN ('FTM_PROVIDER', 'PARTNER_ADMIN')),
  CHECK (language IN ('en', 'fr', 'ar'))
) STRICT;

CREATE UNIQUE INDEX accounts_username_key_unique ON accounts (username_key);
CREATE UNIQUE INDEX accounts_email_key_unique ON accounts (email_key);

CREATE TABLE consents (
  account_id text NOT NULL,
  version integer NOT NULL,
  at integer NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts(id),
  PRIMARY KEY (account_id, version)
) STRICT;

CREATE TABLE partners (
  account_id text PRIMARY KEY NOT NULL,
  partner_type text NOT NULL,
  organization text NOT NULL,
  address text NOT NULL,
  phone text NOT NULL,
  certificate_id text,
  FOREIGN KEY (account_id) REFERENCES accounts(id),
  CHECK (partner_type = 'FTM_PROVIDER'),
  FOREIGN KEY (certificate_id) REFERENCES certificates(id)
) STRICT;

CREATE TABLE sessions (
  id text PRIMARY KEY NOT NULL,
  account_id text NOT NULL,
  expires_at integer NOT NULL,
  created_at integer NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts(id)
) STRICT;

CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE sign_in_failures (
  key text PRIMARY KEY NOT NULL,
  window_start integer NOT NULL,
  last_at integer NOT NULL,
  count integer NOT NULL
) STRICT;

CREATE TABLE audit_entries (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  at integer NOT NULL,
  actor_id text,
  actor text NOT NULL,
  address text NOT NULL,
  action text NOT NULL,
  thing_type text,
  thing_id text,
  outcome text NOT NULL,
  code text,
  detail text,
  CHECK (outcome IN ('done', 'refused'))
) STRICT;

CREATE INDEX audit_at ON audit_entries (at);
CREATE INDEX audit_thing ON audit_entries (thing_type,thing_id,at);
CREATE INDEX audit_actor ON audit_entries (actor_id,at);

CREATE TABLE certificates (
  id text PRIMARY KEY NOT NULL,
  partner_id text NOT NULL,
  chip_id text,
  fingerprint text NOT NULL,
  key_fingerprint text NOT NULL,
  der blob NOT NULL,
  subject text NOT NULL,
  issuer text NOT NULL,
  not_before integer NOT NULL,
  not_after integer NOT NULL,
  uploaded_at integer NOT NULL,
  uploaded_by text NOT NULL,
  FOREIGN KEY (partner_id) REFERENCES partners(account_id),
  FOREIGN KEY (uploaded_by) REFERENCES accounts(id),
  FOREIGN KEY (chip_id) REFERENCES chips(id)
) STRICT;

CREATE INDEX certificates_partner ON certificates (partner_id,uploaded_at);
CREATE INDEX certificates_chip ON certificates (chip_id,uploaded_at);
CREATE INDEX certificates_key ON certificates (key_fingerprint);

CREATE TABLE mosip_signed_certificates (
  certificate_id text PRIMARY KEY NOT NULL,
  issuer_id text NOT NULL,
  serial_number text NOT NULL,
  fingerprint text NOT NULL,
  der blob NOT NULL,
  not_before integer NOT NULL,
  not_after integer NOT NULL,
  FOREIGN KEY (certificate_id) REFERENCES certificates(id),
  FOREIGN KEY (issuer_id) REFERENCES signing_ca_certificates(id)
) STRICT;

CREATE UNIQUE INDEX mosip_signed_certificates_serial_number_unique ON mosip_signed_certificates (serial_number);

CREATE TABLE chip_deactivations (
  chip_id text PRIMARY KEY NOT NULL,
  at integer NOT NULL,
  by text NOT NULL,
  reason text,
  FOREIGN KEY (chip_id) REFERENCES chips(id),
  FOREIGN KEY (by) REFERENCES accounts(id)
) STRICT;

CREATE TABLE chip_decisions (
  certificate_id text PRIMARY KEY NOT NULL,
  chip_id text NOT NULL,
  outcome text NOT NULL,
  at integer NOT NULL,
  by text NOT NULL,
  reason text,
  FOREIGN KEY (certificate_id) REFERENCES certificates(id),
  FOREIGN KEY (chip_id) REFERENCES chips(id),
  FOREIGN KEY (by) REFERENCES accounts(id),
  CHECK (outcome IN ('approved', 'rejected')),
  CHECK ((outcome = 'rejected') = (reason IS NOT NULL))
) STRICT;

CREATE INDEX chip_decisions_chip ON chip_decisions (chip_id,at);

CREATE TABLE chips (
  id text PRIMARY KEY NOT NULL,
  partner_id text NOT NULL,
  make text NOT NULL,
  model text NOT NULL,
  make_key text NOT NULL,
  model_key text NOT NULL,
  status text NOT NULL,
  certificate_id text,
  created_at integer NOT NULL,
  status_at integer NOT NULL,
  FOREIGN KEY (partner_id) REFERENCES partners(account_id),
  FOREIGN KEY (certificate_id) REFERENCES certificates(id),
  CHECK (status IN ('pending_cert_upload', 'pending_approval', 'approved', 'rejected', 'deactivated')),
  CHECK (status IN ('pending_cert_upload', 'deactivated') OR certificate_id IS NOT NULL),
  CHECK (status <> 'pending_cert_upload' OR certificate_id IS NULL)
) STRICT;

CREATE UNIQUE INDEX chips_make_model ON chips (partner_id,make_key,model_key) WHERE status NOT IN ('rejected', 'deactivated');
CREATE INDEX chips_status ON chips (status,status_at);
CREATE INDEX chips_partner ON chips (partner_id,created_at);
CREATE INDEX chips_created ON chips (created_at);

CREATE TABLE signing_ca_certificates (
  id text PRIMARY KEY NOT NULL,
  kind text NOT NULL,
  parent_id text,
  fingerprint text NOT NULL,
  der blob NOT NULL,
  not_after integer NOT NULL,
  created_at integer NOT NULL,
  CHECK (kind IN ('root', 'issuing')),
  CHECK ((kind = 'root') = (parent_id IS NULL)),
  FOREIGN KEY (parent_id) REFERENCES signing_ca_certificates(id)
) STRICT;

CREATE UNIQUE INDEX signing_ca_certificates_fingerprint_unique ON signing_ca_certificates (fingerprint);

CREATE TABLE ca_certificates (
  id text PRIMARY KEY NOT NULL,
  domain text NOT NULL,
  kind text NOT NULL,
  fingerprint text NOT NULL,
  der blob NOT NULL,
  subject text NOT NULL,
  issuer text NOT NULL,
  not_before integer NOT NULL,
  not_after integer NOT NULL,
  uploaded_at integer NOT NULL,
  uploaded_by text NOT NULL,
  FOREIGN KEY (uploaded_by) REFERENCES accounts(id),
  CHECK (domain IN ('FTM', 'DEVICE', 'AUTH')),
  CHECK (kind IN ('root', 'intermediate'))
) STRICT;

CREATE UNIQUE INDEX ca_certificates_fingerprint ON ca_certificates (domain,fingerprint);

-- Counts the changes of each domain, so that what was parsed can be kept in memory until one comes.
CREATE TABLE trust_store_versions (
  domain text PRIMARY KEY NOT NULL,
  version integer NOT NULL
) STRICT;
INSERT INTO trust_store_versions (domain, version) VALUES ('FTM', 0), ('DEVICE', 0), ('AUTH', 0);
CREATE TRIGGER ca_certificates_added AFTER INSERT ON ca_certificates
  BEGIN UPDATE trust_store_versions SET version = version + 1 WHERE domain = NEW.domain; END;
CREATE TRIGGER ca_certificates_no_update BEFORE UPDATE ON ca_certificates BEGIN SELECT RAISE(ABORT, 'CA certificates are never changed'); END;

-- What has been decided, issued or told stays as it was.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries rows are never changed or deleted'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries rows are never changed or deleted'); END;
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates BEGIN SELECT RAISE(ABORT, 'certificates rows are never changed or deleted'); END;
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates BEGIN SELECT RAISE(ABORT, 'certificates rows are never changed or deleted'); END;
CREATE TRIGGER mosip_signed_certificates_no_update BEFORE UPDATE ON mosip_signed_certificates BEGIN SELECT RAISE(ABORT, 'mosip_signed_certificates rows are never changed or deleted'); END;
CREATE TRIGGER mosip_signed_certificates_no_delete BEFORE DELETE ON mosip_signed_certificates BEGIN SELECT RAISE(ABORT, 'mosip_signed_certificates rows are never changed or deleted'); END;
CREATE TRIGGER chip_decisions_no_update BEFORE UPDATE ON chip_decisions BEGIN SELECT RAISE(ABORT, 'chip_decisions rows are never changed or deleted'); END;
CREATE TRIGGER chip_decisions_no_delete BEFORE DELETE ON chip_decisions BEGIN SELECT RAISE(ABORT, 'chip_decisions rows are never changed or deleted'); END;
CREATE TRIGGER chip_deactivations_no_update BEFORE UPDATE ON chip_deactivations BEGIN SELECT RAISE(ABORT, 'chip_deactivations rows are never changed or deleted'); END;
CREATE TRIGGER chip_deactivations_no_delete BEFORE DELETE ON chip_deactivations BEGIN SELECT RAISE(ABORT, 'chip_deactivations rows are never changed or deleted'); END;
CREATE TRIGGER account_deactivations_no_update BEFORE UPDATE ON account_deactivations BEGIN SELECT RAISE(ABORT, 'account_deactivations rows are never changed or deleted'); END;
CREATE TRIGGER account_deactivations_no_delete BEFORE DELETE ON account_deactivations BEGIN SELECT RAISE(ABORT, 'account_deactivations rows are never changed or deleted'); END;
CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents BEGIN SELECT RAISE(ABORT, 'consents rows are never changed or deleted'); END;
CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents BEGIN SELECT RAISE(ABORT, 'consents rows are never changed or deleted'); END;

CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'accounts are never deleted'); END;
CREATE TRIGGER chips_no_delete BEFORE DELETE ON chips BEGIN SELECT RAISE(ABORT, 'chips are never deleted'); END;
CREATE TRIGGER ca_certificates_no_delete BEFORE DELETE ON ca_certificates BEGIN SELECT RAISE(ABORT, 'CA certificates are never deleted'); END;
CREATE TRIGGER accounts_username_fixed BEFORE UPDATE OF username, username_key ON accounts
  WHEN NEW.username <> OLD.username OR NEW.username_key <> OLD.username_key
  BEGIN SELECT RAISE(ABORT, 'a username never changes'); END;

-- rejected and deactivated are final (rules 6).
CREATE TRIGGER chips_final BEFORE UPDATE ON chips WHEN OLD.status IN ('rejected', 'deactivated')
  BEGIN SELECT RAISE(ABORT, 'a rejected or deactivated chip never changes'); END;
