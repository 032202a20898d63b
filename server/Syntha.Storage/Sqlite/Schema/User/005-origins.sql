-- Where commands came from, for the audit trail: in the first row of each. NULL: committed before this was stored.
ALTER TABLE changes ADD COLUMN origin_method     TEXT;
ALTER TABLE changes ADD COLUMN origin_credential TEXT;    -- NULL: none was needed
ALTER TABLE changes ADD COLUMN origin_bytes      INTEGER; -- the size of the values that the command brought

-- The secret with which the audit trail hashes this user's keys. It is erased with the store. Exactly one row.
CREATE TABLE audit_secret (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  secret BLOB    NOT NULL
) STRICT;
INSERT INTO audit_secret (only, secret) VALUES (1, randomblob(32));

-- The former epoch of the store, and the revision of its head in that epoch. For a log that goes on unchanged under a new epoch.
ALTER TABLE head ADD COLUMN former_epoch    TEXT;
ALTER TABLE head ADD COLUMN former_revision INTEGER;
