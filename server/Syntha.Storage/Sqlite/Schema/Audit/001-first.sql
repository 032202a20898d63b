-- The audit trail of a data folder. The tables are those of PostgreSQL's schema syntha, where each column is explained.

CREATE TABLE audit_chains (
  chain    TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  hash     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  chain      TEXT    NOT NULL,
  sequence   INTEGER NOT NULL,
  time       INTEGER NOT NULL,
  outcome    INTEGER NOT NULL,
  user_id    TEXT    NOT NULL,
  credential TEXT    NOT NULL,
  agent      TEXT,
  method     TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  calls      INTEGER NOT NULL,
  bytes      INTEGER NOT NULL,
  keys       INTEGER NOT NULL,
  key_hashes BLOB    NOT NULL,
  epoch      TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  hash       BLOB    NOT NULL,
  PRIMARY KEY (chain, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_by_user ON audit (user_id, time);

CREATE TABLE audit_marks (
  user_id  TEXT PRIMARY KEY,
  epoch    TEXT    NOT NULL,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether the trail has everything that was committed: true from a clean stop to the next start. Exactly one row.
CREATE TABLE audit_state (
  only        INTEGER PRIMARY KEY CHECK (only = 1),
  is_complete INTEGER NOT NULL
) STRICT;
INSERT INTO audit_state (only, is_complete) VALUES (1, 0);
