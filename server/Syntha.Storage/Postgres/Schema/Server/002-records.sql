-- What the server keeps for all nodes beside users' stores: credentials and quotas. The same columns as in a data folder's server.db.

-- Of the last change to any row here. Whoever writes locks it first, so that revisions are given out in the order of commits. Exactly one row.
CREATE TABLE syntha.record_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO syntha.record_head (revision) VALUES (0);

CREATE TABLE syntha.api_keys (
  id         varchar(32) COLLATE "C" PRIMARY KEY,
  hash       bytea        NOT NULL,               -- SHA-256 of the key; the key itself is nowhere
  user_id    varchar(128) COLLATE "C",            -- null: an operator's
  agent      text,                                -- null: not limited to one
  role       text,
  label      text         NOT NULL,
  created_at bigint       NOT NULL,               -- microseconds since 1970, as all times here
  expires_at bigint,
  revoked_at bigint,
  revision   bigint       NOT NULL                -- of the last change to this row
);
CREATE INDEX api_keys_by_revision ON syntha.api_keys (revision);
CREATE INDEX api_keys_by_user ON syntha.api_keys (user_id);

-- What differs for single users; null: as for everybody.
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
