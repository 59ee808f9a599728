-- What the lists show, filter, sort, search and count by, kept beside the tables by triggers, so that every list is answered from an
-- index however long it is (docs/decisions/0018). `seq` counts in the order of creation: the newest first is `seq` descending, and in
-- every index it is the tie-break. Nothing here is written by the program itself.

CREATE TABLE chip_list (
  seq integer PRIMARY KEY NOT NULL,
  chip_id text NOT NULL UNIQUE,
  partner_id text NOT NULL,
  make_key text NOT NULL,
  model_key text NOT NULL,
  organization text NOT NULL COLLATE NOCASE,
  username_key text NOT NULL,
  status text NOT NULL,
  created_at integer NOT NULL,
  status_at integer NOT NULL,
  ends_at integer NOT NULL,
  pathless integer NOT NULL,
  FOREIGN KEY (chip_id) REFERENCES chips(id),
  FOREIGN KEY (partner_id) REFERENCES partners(account_id)
) STRICT;

-- Partners and admins.
CREATE TABLE person_list (
  seq integer PRIMARY KEY NOT NULL,
  account_id text NOT NULL UNIQUE,
  role text NOT NULL,
  username_key text NOT NULL,
  name text NOT NULL COLLATE NOCASE,
  email_key text NOT NULL,
  organization text NOT NULL COLLATE NOCASE,
  status text NOT NULL,
  created_at integer NOT NULL,
  pathless integer NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts(id)
) STRICT;

CREATE TABLE ca_list (
  seq integer PRIMARY KEY NOT NULL,
  ca_certificate_id text NOT NULL UNIQUE,
  kind text NOT NULL,
  domain text NOT NULL,
  subject text NOT NULL COLLATE NOCASE,
  issuer text NOT NULL COLLATE NOCASE,
  not_before integer NOT NULL,
  not_after integer NOT NULL,
  uploaded_at integer NOT NULL,
  retired integer NOT NULL,
  FOREIGN KEY (ca_certificate_id) REFERENCES ca_certificates(id)
) STRICT;

-- How many rows each list has by status: of all ('') and within a scope (a partner's id, a role, a kind).
CREATE TABLE list_counts (
  list text NOT NULL,
  scope text NOT NULL,
  status text NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY (list, scope, status)
) STRICT, WITHOUT ROWID;

-- What is searched: parts of words of three characters and more, and beginnings of words of one or two. For the latter each beginning
-- of a word is marked by two characters U+0002 (src/db/match.ts does the same with what is looked for). Ids and fingerprints are found by their
-- first eight digits, and by nothing shorter.
CREATE VIRTUAL TABLE chip_search USING fts5(make, model, organization, username, ids, owner, content='', contentless_delete=1, tokenize='trigram');
CREATE VIRTUAL TABLE person_search USING fts5(username, name, email, organization, ids, content='', contentless_delete=1, tokenize='trigram');
CREATE VIRTUAL TABLE ca_search USING fts5(subject, issuer, ids, content='', contentless_delete=1, tokenize='trigram');
CREATE VIRTUAL TABLE audit_search USING fts5(actor, thing, action, text, ids, content='', contentless_delete=1, tokenize='trigram');

CREATE VIEW chip_search_text AS
  SELECT l.seq, l.chip_id,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.make_key, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS make,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.model_key, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS model,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.organization, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS organization,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.username_key, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS username,
    substr(l.chip_id, 1, 8) AS ids,
    substr(l.partner_id, 1, 8) AS owner
  FROM chip_list l;

CREATE VIEW person_search_text AS
  SELECT l.seq,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.username_key, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS username,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.name, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS name,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.email_key, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS email,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.organization, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS organization,
    substr(l.account_id, 1, 8) AS ids
  FROM person_list l;

CREATE VIEW ca_search_text AS
  SELECT l.seq,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.subject, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS subject,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(l.issuer, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS issuer,
    substr(c.id, 1, 8) || ' ' || substr(c.fingerprint, 1, 8) AS ids
  FROM ca_list l JOIN ca_certificates c ON c.id = l.ca_certificate_id;

-- A thing is found by the name it had when the row was written.
CREATE VIEW audit_search_text AS
  SELECT e.id,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(e.actor, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS actor,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(coalesce(e.thing_type, '') || ' ' || coalesce(CASE e.thing_type
      WHEN 'chip' THEN (SELECT make || ' ' || model FROM chips WHERE id = e.thing_id)
      WHEN 'ca-certificate' THEN (SELECT subject FROM ca_certificates WHERE id = e.thing_id)
      ELSE (SELECT a.username || ' ' || coalesce(p.organization, '') FROM accounts a LEFT JOIN partners p ON p.account_id = a.id WHERE a.id = e.thing_id)
    END, ''), ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS thing,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(e.action, ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS action,
    char(2, 2) || replace(replace(replace(replace(replace(replace(replace(e.address || ' ' || coalesce(e.code, '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(e.detail)
      WHERE key NOT IN ('certificate', 'fingerprint')), ''), ' ', ' ' || char(2, 2)), '-', '-' || char(2, 2)), '_', '_' || char(2, 2)), '.', '.' || char(2, 2)), '@', '@' || char(2, 2)), ',', ',' || char(2, 2)), '=', '=' || char(2, 2)) AS text,
    coalesce(substr(e.thing_id, 1, 8), '') || ' ' || coalesce((SELECT group_concat(substr(value, 1, 8), ' ') FROM json_each(e.detail)
      WHERE key IN ('certificate', 'fingerprint')), '') AS ids
  FROM audit_entries e;

-- What the triggers below keep, for the rows that exist.
INSERT INTO chip_list (chip_id, partner_id, make_key, model_key, organization, username_key, status, created_at, status_at, ends_at, pathless)
  SELECT h.id, h.partner_id, h.make_key, h.model_key, p.organization, a.username_key, h.status, h.created_at, h.status_at,
    coalesce(c.not_after, 8640000000000000),
    c.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate_paths x WHERE x.certificate_id = c.id)
  FROM chips h JOIN partners p ON p.account_id = h.partner_id JOIN accounts a ON a.id = h.partner_id LEFT JOIN certificates c ON c.id = h.certificate_id
  ORDER BY h.created_at, h.id;
INSERT INTO person_list (account_id, role, username_key, name, email_key, organization, status, created_at, pathless)
  SELECT a.id, a.role, a.username_key, a.first_name || ' ' || a.last_name, a.email_key, coalesce(p.organization, ''),
    CASE WHEN d.at IS NOT NULL THEN 'deactivated' WHEN p.account_id IS NOT NULL AND p.certificate_id IS NULL THEN 'no_certificate' ELSE 'active' END,
    a.created_at, p.certificate_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate_paths x WHERE x.certificate_id = p.certificate_id)
  FROM accounts a LEFT JOIN partners p ON p.account_id = a.id LEFT JOIN account_deactivations d ON d.account_id = a.id
  WHERE (a.role = 'PARTNER_ADMIN') = (p.account_id IS NULL)
  ORDER BY a.created_at, a.id;
INSERT INTO ca_list (ca_certificate_id, kind, domain, subject, issuer, not_before, not_after, uploaded_at, retired)
  SELECT c.id, c.kind, c.domain, c.subject, c.issuer, c.not_before, c.not_after, c.uploaded_at,
    EXISTS (SELECT 1 FROM ca_retirements r LEFT JOIN ca_reinstatements i ON i.retirement_id = r.id WHERE r.ca_certificate_id = c.id AND i.retirement_id IS NULL)
  FROM ca_certificates c ORDER BY c.uploaded_at, c.id;
INSERT INTO list_counts (list, scope, status, count)
  SELECT 'chips', '', status, count(*) FROM chip_list GROUP BY status
  UNION ALL SELECT 'chips', partner_id, status, count(*) FROM chip_list GROUP BY partner_id, status
  UNION ALL SELECT 'people', role, status, count(*) FROM person_list GROUP BY role, status
  UNION ALL SELECT 'ca', kind, '', count(*) FROM ca_list GROUP BY kind
  UNION ALL SELECT 'audit', '', outcome, count(*) FROM audit_entries GROUP BY outcome;
INSERT INTO chip_search (rowid, make, model, organization, username, ids, owner)
  SELECT seq, make, model, organization, username, ids, owner FROM chip_search_text ORDER BY seq;
INSERT INTO person_search (rowid, username, name, email, organization, ids)
  SELECT seq, username, name, email, organization, ids FROM person_search_text ORDER BY seq;
INSERT INTO ca_search (rowid, subject, issuer, ids) SELECT seq, subject, issuer, ids FROM ca_search_text ORDER BY seq;
INSERT INTO audit_search (rowid, actor, thing, action, text, ids) SELECT id, actor, thing, action, text, ids FROM audit_search_text ORDER BY id;

-- One index for each order and filter, alone: those of a scope begin with it, and each ends in the key.
CREATE INDEX chip_list_status ON chip_list (status);
CREATE INDEX chip_list_status_submitted ON chip_list (status, status_at);
CREATE INDEX chip_list_make ON chip_list (make_key);
CREATE INDEX chip_list_model ON chip_list (model_key);
CREATE INDEX chip_list_organization ON chip_list (organization);
CREATE INDEX chip_list_username ON chip_list (username_key);
CREATE INDEX chip_list_created ON chip_list (created_at);
CREATE INDEX chip_list_submitted ON chip_list (status_at);
CREATE INDEX chip_list_ends ON chip_list (ends_at);
CREATE INDEX chip_list_partner ON chip_list (partner_id);
CREATE INDEX chip_list_partner_status ON chip_list (partner_id, status);
CREATE INDEX chip_list_partner_make ON chip_list (partner_id, make_key);
CREATE INDEX chip_list_partner_model ON chip_list (partner_id, model_key);
CREATE INDEX chip_list_partner_created ON chip_list (partner_id, created_at);
CREATE INDEX chip_list_partner_submitted ON chip_list (partner_id, status_at);
CREATE INDEX chip_list_partner_ends ON chip_list (partner_id, ends_at);
CREATE INDEX chip_list_pathless ON chip_list (pathless) WHERE pathless = 1;

CREATE INDEX person_list_role ON person_list (role);
CREATE INDEX person_list_username ON person_list (role, username_key);
CREATE INDEX person_list_name ON person_list (role, name);
CREATE INDEX person_list_email ON person_list (role, email_key);
CREATE INDEX person_list_organization ON person_list (role, organization);
CREATE INDEX person_list_status ON person_list (role, status);
CREATE INDEX person_list_created ON person_list (role, created_at);
CREATE INDEX person_list_pathless ON person_list (pathless) WHERE pathless = 1;

CREATE INDEX ca_list_kind ON ca_list (kind);
CREATE INDEX ca_list_domain ON ca_list (kind, domain);
CREATE INDEX ca_list_subject ON ca_list (kind, subject);
CREATE INDEX ca_list_issuer ON ca_list (kind, issuer);
CREATE INDEX ca_list_not_before ON ca_list (kind, not_before);
CREATE INDEX ca_list_not_after ON ca_list (kind, not_after);
CREATE INDEX ca_list_uploaded ON ca_list (kind, uploaded_at);
CREATE INDEX ca_list_retired ON ca_list (kind, retired);
-- The order of the statuses: valid, ended, retired.
CREATE INDEX ca_list_status ON ca_list (kind, retired, not_after DESC);
CREATE INDEX ca_list_useless ON ca_list (retired, not_after);

-- The trail is a list of its own; `id` counts in the order of writing.
DROP INDEX audit_thing;
DROP INDEX audit_actor;
CREATE INDEX audit_actor ON audit_entries (actor COLLATE NOCASE, at);
CREATE INDEX audit_action ON audit_entries (action, at);
CREATE INDEX audit_outcome ON audit_entries (outcome, at);
CREATE INDEX audit_thing ON audit_entries (thing_id, at);
CREATE INDEX audit_thing_type ON audit_entries (thing_type, at);

-- Chips.
CREATE TRIGGER chips_listed AFTER INSERT ON chips BEGIN
  INSERT INTO chip_list (chip_id, partner_id, make_key, model_key, organization, username_key, status, created_at, status_at, ends_at, pathless)
    SELECT NEW.id, NEW.partner_id, NEW.make_key, NEW.model_key, p.organization, a.username_key, NEW.status, NEW.created_at, NEW.status_at,
      coalesce(c.not_after, 8640000000000000),
      c.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate_paths x WHERE x.certificate_id = c.id)
    FROM partners p JOIN accounts a ON a.id = p.account_id LEFT JOIN certificates c ON c.id = NEW.certificate_id
    WHERE p.account_id = NEW.partner_id;
END;
CREATE TRIGGER chips_relisted AFTER UPDATE ON chips BEGIN
  UPDATE chip_list SET make_key = NEW.make_key, model_key = NEW.model_key, status = NEW.status, created_at = NEW.created_at, status_at = NEW.status_at,
    ends_at = coalesce((SELECT not_after FROM certificates WHERE id = NEW.certificate_id), 8640000000000000),
    pathless = NEW.certificate_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate_paths WHERE certificate_id = NEW.certificate_id)
  WHERE chip_id = NEW.id;
END;
CREATE TRIGGER chip_list_added AFTER INSERT ON chip_list BEGIN
  INSERT INTO list_counts (list, scope, status, count) VALUES ('chips', '', NEW.status, 1), ('chips', NEW.partner_id, NEW.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
  INSERT INTO chip_search (rowid, make, model, organization, username, ids, owner)
    SELECT seq, make, model, organization, username, ids, owner FROM chip_search_text WHERE seq = NEW.seq;
END;
CREATE TRIGGER chip_list_status_changed AFTER UPDATE OF status ON chip_list WHEN NEW.status <> OLD.status BEGIN
  UPDATE list_counts SET count = count - 1 WHERE list = 'chips' AND scope IN ('', OLD.partner_id) AND status = OLD.status;
  INSERT INTO list_counts (list, scope, status, count) VALUES ('chips', '', NEW.status, 1), ('chips', NEW.partner_id, NEW.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER chip_list_text_changed AFTER UPDATE OF make_key, model_key, organization ON chip_list
  WHEN NEW.make_key <> OLD.make_key OR NEW.model_key <> OLD.model_key OR NEW.organization <> OLD.organization COLLATE BINARY BEGIN
  INSERT OR REPLACE INTO chip_search (rowid, make, model, organization, username, ids, owner)
    SELECT seq, make, model, organization, username, ids, owner FROM chip_search_text WHERE seq = NEW.seq;
END;

-- Partners and admins.
CREATE TRIGGER partners_listed AFTER INSERT ON partners BEGIN
  INSERT INTO person_list (account_id, role, username_key, name, email_key, organization, status, created_at, pathless)
    SELECT a.id, a.role, a.username_key, a.first_name || ' ' || a.last_name, a.email_key, NEW.organization,
      CASE WHEN NEW.certificate_id IS NULL THEN 'no_certificate' ELSE 'active' END, a.created_at,
      NEW.certificate_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate_paths WHERE certificate_id = NEW.certificate_id)
    FROM accounts a WHERE a.id = NEW.account_id;
END;
CREATE TRIGGER admins_listed AFTER INSERT ON accounts WHEN NEW.role = 'PARTNER_ADMIN' BEGIN
  INSERT INTO person_list (account_id, role, username_key, name, email_key, organization, status, created_at, pathless)
    VALUES (NEW.id, NEW.role, NEW.username_key, NEW.first_name || ' ' || NEW.last_name, NEW.email_key, '', 'active', NEW.created_at, 0);
END;
CREATE TRIGGER partners_relisted AFTER UPDATE OF organization, certificate_id ON partners BEGIN
  UPDATE person_list SET organization = NEW.organization,
    status = CASE WHEN status = 'deactivated' THEN status WHEN NEW.certificate_id IS NULL THEN 'no_certificate' ELSE 'active' END,
    pathless = NEW.certificate_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate_paths WHERE certificate_id = NEW.certificate_id)
  WHERE account_id = NEW.account_id;
END;
CREATE TRIGGER partners_chips_relisted AFTER UPDATE OF organization ON partners WHEN NEW.organization <> OLD.organization BEGIN
  UPDATE chip_list SET organization = NEW.organization WHERE partner_id = NEW.account_id;
END;
CREATE TRIGGER accounts_relisted AFTER UPDATE OF email_key, first_name, last_name ON accounts BEGIN
  UPDATE person_list SET email_key = NEW.email_key, name = NEW.first_name || ' ' || NEW.last_name WHERE account_id = NEW.id;
END;
CREATE TRIGGER account_deactivations_listed AFTER INSERT ON account_deactivations BEGIN
  UPDATE person_list SET status = 'deactivated' WHERE account_id = NEW.account_id;
END;
CREATE TRIGGER person_list_added AFTER INSERT ON person_list BEGIN
  INSERT INTO list_counts (list, scope, status, count) VALUES ('people', NEW.role, NEW.status, 1) ON CONFLICT DO UPDATE SET count = count + 1;
  INSERT INTO person_search (rowid, username, name, email, organization, ids)
    SELECT seq, username, name, email, organization, ids FROM person_search_text WHERE seq = NEW.seq;
END;
CREATE TRIGGER person_list_status_changed AFTER UPDATE OF status ON person_list WHEN NEW.status <> OLD.status BEGIN
  UPDATE list_counts SET count = count - 1 WHERE list = 'people' AND scope = OLD.role AND status = OLD.status;
  INSERT INTO list_counts (list, scope, status, count) VALUES ('people', NEW.role, NEW.status, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER person_list_text_changed AFTER UPDATE OF name, email_key, organization ON person_list
  WHEN NEW.name <> OLD.name COLLATE BINARY OR NEW.email_key <> OLD.email_key OR NEW.organization <> OLD.organization COLLATE BINARY BEGIN
  INSERT OR REPLACE INTO person_search (rowid, username, name, email, organization, ids)
    SELECT seq, username, name, email, organization, ids FROM person_search_text WHERE seq = NEW.seq;
END;

-- CA certificates.
CREATE TRIGGER ca_certificates_listed AFTER INSERT ON ca_certificates BEGIN
  INSERT INTO ca_list (ca_certificate_id, kind, domain, subject, issuer, not_before, not_after, uploaded_at, retired)
    VALUES (NEW.id, NEW.kind, NEW.domain, NEW.subject, NEW.issuer, NEW.not_before, NEW.not_after, NEW.uploaded_at, 0);
END;
CREATE TRIGGER ca_list_added AFTER INSERT ON ca_list BEGIN
  INSERT INTO list_counts (list, scope, status, count) VALUES ('ca', NEW.kind, '', 1) ON CONFLICT DO UPDATE SET count = count + 1;
  INSERT INTO ca_search (rowid, subject, issuer, ids) SELECT seq, subject, issuer, ids FROM ca_search_text WHERE seq = NEW.seq;
END;
CREATE TRIGGER ca_retirements_listed AFTER INSERT ON ca_retirements BEGIN
  UPDATE ca_list SET retired = 1 WHERE ca_certificate_id = NEW.ca_certificate_id;
END;
CREATE TRIGGER ca_reinstatements_listed AFTER INSERT ON ca_reinstatements BEGIN
  UPDATE ca_list SET retired = 0 WHERE ca_certificate_id = (SELECT ca_certificate_id FROM ca_retirements WHERE id = NEW.retirement_id);
END;

-- Whether a path is written down for the current certificate of a chip or partner.
CREATE TRIGGER certificate_paths_found AFTER INSERT ON certificate_paths BEGIN
  UPDATE chip_list SET pathless = 0 WHERE pathless = 1 AND chip_id = (SELECT h.id FROM certificates c JOIN chips h ON h.id = c.chip_id AND h.certificate_id = c.id WHERE c.id = NEW.certificate_id);
  UPDATE person_list SET pathless = 0 WHERE pathless = 1 AND account_id = (SELECT p.account_id FROM certificates c JOIN partners p ON p.account_id = c.partner_id AND p.certificate_id = c.id WHERE c.id = NEW.certificate_id);
END;
CREATE TRIGGER certificate_paths_lost AFTER DELETE ON certificate_paths
  WHEN NOT EXISTS (SELECT 1 FROM certificate_paths WHERE certificate_id = OLD.certificate_id) BEGIN
  UPDATE chip_list SET pathless = 1 WHERE chip_id = (SELECT h.id FROM certificates c JOIN chips h ON h.id = c.chip_id AND h.certificate_id = c.id WHERE c.id = OLD.certificate_id);
  UPDATE person_list SET pathless = 1 WHERE account_id = (SELECT p.account_id FROM certificates c JOIN partners p ON p.account_id = c.partner_id AND p.certificate_id = c.id WHERE c.id = OLD.certificate_id);
END;

-- The trail.
CREATE TRIGGER audit_entries_listed AFTER INSERT ON audit_entries BEGIN
  INSERT INTO list_counts (list, scope, status, count) VALUES ('audit', '', NEW.outcome, 1) ON CONFLICT DO UPDATE SET count = count + 1;
  INSERT INTO audit_search (rowid, actor, thing, action, text, ids) SELECT id, actor, thing, action, text, ids FROM audit_search_text WHERE id = NEW.id;
END;
