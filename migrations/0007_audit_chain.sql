-- Each row of the trail carries a hash over itself and the row before it; the head of the chain stands beside it, so that rows
-- missing at the end are noticed (docs/decisions/0019).
CREATE TABLE audit_head (
  id integer PRIMARY KEY NOT NULL,
  entry_id integer NOT NULL,
  hash text NOT NULL,
  CHECK (id = 1)
) STRICT;

DROP TRIGGER audit_entries_no_update;
ALTER TABLE audit_entries ADD COLUMN hash text NOT NULL DEFAULT '';

UPDATE audit_entries SET hash = chained.hash FROM (
  WITH RECURSIVE chained (id, hash) AS (
    SELECT 0, printf('%064d', 0)
    UNION ALL
    SELECT e.id, chained_hash(chained.hash, e.at, e.actor_id, e.actor, e.address, e.action, e.thing_type, e.thing_id, e.outcome, e.code, e.detail)
    FROM chained JOIN audit_entries e ON e.id = (SELECT min(id) FROM audit_entries WHERE id > chained.id)
  )
  SELECT id, hash FROM chained
) AS chained WHERE chained.id = audit_entries.id;
INSERT INTO audit_head (id, entry_id, hash) SELECT 1, coalesce(max(id), 0), coalesce((SELECT hash FROM audit_entries ORDER BY id DESC LIMIT 1), printf('%064d', 0)) FROM audit_entries;

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries rows are never changed or deleted'); END;
CREATE TRIGGER audit_entries_hashed BEFORE INSERT ON audit_entries WHEN length(NEW.hash) <> 64 OR NEW.hash GLOB '*[^0-9a-f]*'
  BEGIN SELECT RAISE(ABORT, 'a row of the trail carries its hash'); END;
CREATE TRIGGER audit_entries_chained AFTER INSERT ON audit_entries
  BEGIN UPDATE audit_head SET entry_id = NEW.id, hash = NEW.hash; END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'the trail has a head'); END;
