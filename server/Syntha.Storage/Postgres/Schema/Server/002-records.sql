-- The server's own records, for all nodes: credentials and quotas. The columns are those of a data folder's server.db.

-- The revision of the last change to any row of these tables. A writer locks this row first, so revisions are in the order of commits.
-- Exactly one row.
CREATE TABLE syntha.record_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO syntha.record_head (revision) VALUES (0);

CREATE TABLE syntha.api_keys (
  id         varchar(32) COLLATE "C" PRIMARY KEY,
  hash       bytea        NOT NULL,               -- SHA-256 of the key; the key itself is stored nowhere
  user_id    varchar(128) COLLATE "C",            -- null: an operator's key
  agent      text,                                -- null: not limited to an agent
  role       text,
  label      text         NOT NULL,
  created_at bigint       NOT NULL,               -- microseconds since 1970, as all times here
  expires_at bigint,
  revoked_at bigint,
  revision   bigint       NOT NULL                -- the revision of the last change to this row
);
CREATE INDEX api_keys_by_revision ON syntha.api_keys (revision);
CREATE INDEX api_keys_by_user ON syntha.api_keys (user_id);

-- Limits of single users. null: the default.
CREATE TABLE syntha.quotas (
  user_id          varchar(128) COLLATE "C" PRIMARY KEY,
  max_items        bigint,
  max_bytes        bigint,
  max_agents       bigint,
  max_topics       bigint,
  max_streams      bigint,
  max_value_bytes  bigint,
  calls_per_second bigint,
  revision         bigint NOT NULL
);
CREATE INDEX quotas_by_revision ON syntha.quotas (revision);
