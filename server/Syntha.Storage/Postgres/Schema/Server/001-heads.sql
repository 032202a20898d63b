-- The server's own tables, beside users' schemas. Everything belongs to the server's login. No user's role has a right to any of it.
CREATE SCHEMA syntha;
REVOKE ALL ON SCHEMA syntha FROM PUBLIC;

-- The step of the tables here, and the step of all users' tables. Exactly one row.
CREATE TABLE syntha.installation (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  server_step integer NOT NULL,
  user_step   integer NOT NULL                    -- the step of new users; users of a lower step are migrated to it
);

-- How far each user's log reaches. A writer locks the user's row first, so revisions are in the order of commits. No column that changes is
-- indexed, and pages are half empty. So a new version of a row finds space beside the old one.
CREATE TABLE syntha.heads (
  user_id         varchar(128) COLLATE "C" PRIMARY KEY,
  epoch           varchar(32) NOT NULL,
  revision        bigint      NOT NULL,           -- of the last command; 0: none yet
  oldest_revision bigint      NOT NULL,           -- the log is complete from here on; rows below it are only kept as the current state
  log_changes     bigint      NOT NULL,           -- the size of the log from its oldest revision on
  log_bytes       bigint      NOT NULL,
  user_step       integer     NOT NULL,           -- the step of the user's schema
  has_role        boolean     NOT NULL            -- whether the user has a role, with rights to the schema
) WITH (fillfactor = 50);
