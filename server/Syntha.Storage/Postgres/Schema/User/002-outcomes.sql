-- How agents' tasks went. This is beside the mesh: no row of the log tells of it, and it does not move the head.
CREATE TABLE outcomes (
  number       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  time         bigint  NOT NULL,                  -- microseconds since 1970
  duration     bigint,                            -- microseconds; NULL: unknown
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
