-- The audit trail of all users and nodes. No user's role has a right to it.

-- The life of a store before this one, and how far its log had got, where the log goes on as it is with a new epoch.
ALTER TABLE syntha.heads ADD COLUMN former_epoch    varchar(32);
ALTER TABLE syntha.heads ADD COLUMN former_revision bigint;

-- How far the chain of each node reaches. Whoever appends locks the chain's row first, so that no chain forks.
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

-- Up to where each user's log is in the trail. It moves in the transaction that appends the entries, and outlives the user, so that nothing of
-- a life that has ended is ever recorded twice.
CREATE TABLE syntha.audit_marks (
  user_id  varchar(128) COLLATE "C" PRIMARY KEY,
  epoch    varchar(32) NOT NULL,
  revision bigint      NOT NULL
) WITH (fillfactor = 50);
