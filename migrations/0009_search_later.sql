-- Uploads that are written together enter the search of the trail together, at the end of their transaction (src/db/search-later.ts). FTS5 writes
-- out what it holds before each statement that may be taken back, and so once for each upload.

-- Outside such a transaction it is empty. Inside it says which row of the trail was the last one before.
CREATE TABLE audit_search_later (
  after integer NOT NULL,
  -- No head has this id, so a transaction that leaves a row here cannot be committed.
  open integer NOT NULL DEFAULT 0 CHECK (open = 0) REFERENCES audit_head (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

DROP TRIGGER audit_entries_listed;
CREATE TRIGGER audit_entries_listed AFTER INSERT ON audit_entries BEGIN
  INSERT INTO list_counts (list, scope, status, count) VALUES ('audit', '', NEW.outcome, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER audit_entries_searched AFTER INSERT ON audit_entries WHEN NOT EXISTS (SELECT 1 FROM audit_search_later) BEGIN
  INSERT INTO audit_search (rowid, actor, thing, action, text, ids) SELECT id, actor, thing, action, text, ids FROM audit_search_text WHERE id = NEW.id;
END;
