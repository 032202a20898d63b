-- Where commands came from, for the audit trail: with the first row of each. NULL: committed before this was kept.
ALTER TABLE changes ADD COLUMN origin_method     TEXT;
ALTER TABLE changes ADD COLUMN origin_credential TEXT;    -- NULL: none was needed
ALTER TABLE changes ADD COLUMN origin_bytes      INTEGER; -- of the values that the command brought

-- Under which the audit trail hashes this user's keys; erased with the store. Exactly one row.
CREATE TABLE audit_secret (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  secret BLOB    NOT NULL
) STRICT;
INSERT INTO audit_secret (only, secret) VALUES (1, randomblob(32));

-- The life of the store before this one, and how far its log had got, where the log goes on as it is with a new epoch.
ALTER TABLE head ADD COLUMN former_epoch    TEXT;
ALTER TABLE head ADD COLUMN former_revision INTEGER;
