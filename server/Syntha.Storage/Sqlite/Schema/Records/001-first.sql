-- The server's own records, in a data folder beside users' files: credentials and quotas.

-- The revision of the last change to any row of these tables. Exactly one row.
CREATE TABLE record_head (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO record_head (only_row, revision) VALUES (1, 0);

CREATE TABLE api_keys (
  id         TEXT PRIMARY KEY,
  hash       BLOB NOT NULL,                       -- SHA-256 of the key; the key itself is stored nowhere
  user_id    TEXT,                                -- null: an operator's key
  agent      TEXT,                                -- null: not limited to an agent
  role       TEXT,
  label      TEXT NOT NULL,
  created_at INTEGER NOT NULL,                    -- microseconds since 1970, as all times here
  expires_at INTEGER,
  revoked_at INTEGER,
  revision   INTEGER NOT NULL                     -- the revision of the last change to this row
) STRICT;
CREATE INDEX api_keys_by_revision ON api_keys (revision);
CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- Limits of single users. null: the default.
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
