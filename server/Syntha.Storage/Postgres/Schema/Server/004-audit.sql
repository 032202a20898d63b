-- The audit trail of all users and nodes. No user's role has a right to it.

-- The former epoch of a store, and the revision of its head in that epoch. For a log that goes on unchanged under a new epoch.
ALTER TABLE syntha.heads ADD COLUMN former_epoch    varchar(32);
ALTER TABLE syntha.heads ADD COLUMN former_revision bigint;

-- The end of each node's chain. A writer locks the chain's row first, so no chain forks.
CREATE TABLE syntha.audit_chains (
  chain    varchar(200) COLLATE "C" PRIMARY KEY,
  sequence bigint NOT NULL,                       -- of the last entry
  hash     bytea  NOT NULL                        -- of the last entry: SHA-256 of the hash before it and of the entry
);

CREATE TABLE syntha.audit (
  chain      varchar(200) COLLATE "C" NOT NULL,
  sequence   bigint   NOT NULL,                   -- 1, 2, 3, … without a gap
  time       bigint   NOT NULL,                   -- microseconds since 1970
  outcome    smallint NOT NULL,                   -- 1 success, 2 denied, 3 failed
  user_id    varchar(128) COLLATE "C" NOT NULL,   -- empty: about no user
  credential text     COLLATE "C" NOT NULL,       -- empty: none
  agent      text     COLLATE "C",                -- null: the owner, an operator or the server
  method     text     COLLATE "C" NOT NULL,
  reason     text     COLLATE "C" NOT NULL,
  calls      bigint   NOT NULL,
  bytes      bigint   NOT NULL,
  keys       bigint   NOT NULL,
  key_hashes bytea    NOT NULL,                   -- 16 bytes each
  epoch      varchar(32) NOT NULL,
  revision   bigint   NOT NULL,
  hash       bytea    NOT NULL,
  PRIMARY KEY (chain, sequence)
);
CREATE INDEX audit_by_time ON syntha.audit (time, chain, sequence);
CREATE INDEX audit_by_user ON syntha.audit (user_id, time, chain, sequence);

-- The position up to which each user's log is in the trail. The transaction that appends the entries moves it. It outlives the user, so
-- nothing of an erased store is recorded twice.
CREATE TABLE syntha.audit_marks (
  user_id  varchar(128) COLLATE "C" PRIMARY KEY,
  epoch    varchar(32) NOT NULL,
  revision bigint      NOT NULL
) WITH (fillfactor = 50);
