-- What the server keeps in a data folder beside users' files: credentials and quotas.

-- Of the last change to any row here. Exactly one row.
CREATE TABLE record_head (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO record_head (only_row, revision) VALUES (1, 0);

CREATE TABLE api_keys (
  id         TEXT PRIMARY KEY,
  hash       BLOB NOT NULL,                       -- SHA-256 of the key; the key itself is nowhere
  user_id    TEXT,                                -- null: an operator's
  agent      TEXT,                                -- null: not limited to one
  role       TEXT,
  label      TEXT NOT NULL,
  created_at INTEGER NOT NULL,                    -- microseconds since 1970, as all times here
  expires_at INTEGER,
  revoked_at INTEGER,
  revision   INTEGER NOT NULL                     -- of the last change to this row
) STRICT;
CREATE INDEX api_keys_by_revision ON api_keys (revision);
CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- What differs for single users; null: as for everybody.
CREATE TABLE quotas (
  user_id          TEXT PRIMARY KEY,
  max_items        INTEGER,
  max_bytes        INTEGER,
  max_agents       INTEGER,
  max_topics       INTEGER,
  max_streams      INTEGER,
  max_value_bytes  INTEGER,
  calls_per_second INTEGER,
  revision         INTEGER NOT NULL
) STRICT;
CREATE INDEX quotas_by_revision ON quotas (revision);
