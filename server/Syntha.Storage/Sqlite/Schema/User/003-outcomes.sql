-- How agents' tasks went. This is beside the mesh: no row of the log tells of it, and it does not move the head.
CREATE TABLE outcomes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, even after the newest was removed
  time         INTEGER NOT NULL,                  -- microseconds since 1970
  agent        TEXT    NOT NULL,
  task_type    TEXT    NOT NULL,
  success      INTEGER NOT NULL,                  -- 0 or 1
  duration     INTEGER,                           -- microseconds; NULL: unknown
  request_id   TEXT    UNIQUE,
  request_hash TEXT,
  input        TEXT,                              -- JSON
  output       TEXT,                              -- JSON
  error        TEXT,
  metadata     TEXT                               -- JSON object
) STRICT;
