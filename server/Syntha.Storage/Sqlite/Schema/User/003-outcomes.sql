-- How agents' tasks went. Beside the mesh: no row of the log tells of these, and nothing in them moves the head.
CREATE TABLE outcomes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, also after the newest was removed
  time         INTEGER NOT NULL,                  -- microseconds since 1970
  agent        TEXT    NOT NULL,
  task_type    TEXT    NOT NULL,
  success      INTEGER NOT NULL,                  -- 0 or 1
  duration     INTEGER,                           -- microseconds; NULL: not told
  request_id   TEXT    UNIQUE,
  request_hash TEXT,
  input        TEXT,                              -- JSON
  output       TEXT,                              -- JSON
  error        TEXT,
  metadata     TEXT                               -- JSON object
) STRICT;
