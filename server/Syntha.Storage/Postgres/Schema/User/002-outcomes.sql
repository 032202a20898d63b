-- How agents' tasks went. Beside the mesh: no row of the log tells of these, and nothing in them moves the head.
CREATE TABLE outcomes (
  number       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  time         bigint  NOT NULL,                  -- microseconds since 1970
  duration     bigint,                            -- microseconds; NULL: not told
  success      integer NOT NULL,                  -- 0 or 1
  agent        text    COLLATE "C" NOT NULL,
  task_type    text    COLLATE "C" NOT NULL,
  request_id   text    COLLATE "C" UNIQUE,
  request_hash text    COLLATE "C",
  input        text    COLLATE "C",               -- JSON
  output       text    COLLATE "C",               -- JSON
  error        text    COLLATE "C",
  metadata     text    COLLATE "C"                -- JSON object
);
