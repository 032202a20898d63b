-- What the server keeps beside its users' schemas. Everything belongs to the server's login; no user's role has a right to any of it.
CREATE SCHEMA syntha;
REVOKE ALL ON SCHEMA syntha FROM PUBLIC;

-- Up to which step the tables here and those of all users have come. Exactly one row.
CREATE TABLE syntha.installation (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  server_step integer NOT NULL,
  user_step   integer NOT NULL                    -- that of new users; users of a lower one are brought up to it
);

-- How far each user's log reaches. Whoever writes locks the user's row first, so that revisions are given out in the order of commits. No
-- column that changes is indexed and pages are half empty: so a new version of a row finds room beside the old one.
CREATE TABLE syntha.heads (
  user_id         varchar(128) COLLATE "C" PRIMARY KEY,
  epoch           varchar(32) NOT NULL,
  revision        bigint      NOT NULL,           -- of the last command; 0: none yet
  oldest_revision bigint      NOT NULL,           -- the log is complete from here on; rows below it only live on as the present
  log_changes     bigint      NOT NULL,           -- what the log takes from its oldest revision on
  log_bytes       bigint      NOT NULL,
  user_step       integer     NOT NULL,           -- of the user's schema
  has_role        boolean     NOT NULL            -- whether a role of the user's own has rights to it
) WITH (fillfactor = 50);
