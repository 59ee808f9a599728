-- The tables that are searched carry what was written together only once there is twice as much of it as FTS5 would wait for (its section "automerge"):
-- an upload writes two of them, and each of their merges holds everybody up for some ms.
INSERT INTO chip_search (chip_search, rank) VALUES ('automerge', 8);
INSERT INTO person_search (person_search, rank) VALUES ('automerge', 8);
INSERT INTO ca_search (ca_search, rank) VALUES ('automerge', 8);
INSERT INTO audit_search (audit_search, rank) VALUES ('automerge', 8);
