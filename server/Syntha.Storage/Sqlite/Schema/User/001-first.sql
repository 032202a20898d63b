-- One user's mesh. Everything is in the log. The other tables say which rows of it are the current state.

-- The user of this store, its epoch, and how far its log reaches. Exactly one row.
CREATE TABLE head (
  only            INTEGER PRIMARY KEY CHECK (only = 1),
  user_id         TEXT    NOT NULL,
  epoch           TEXT    NOT NULL,
  revision        INTEGER NOT NULL,               -- of the last command; 0: none yet
  oldest_revision INTEGER NOT NULL                -- the log is complete from here on; rows below it are only kept as the current state
) STRICT;

-- The log. place = revision << 24 | index within the command, so the order of the rows is the order of the log.
CREATE TABLE changes (
  place              INTEGER PRIMARY KEY,
  kind               INTEGER NOT NULL,            -- 1 created, 2 updated, 3 removed, 4 expired, 5 purged, 6 agent changed
  time               INTEGER NOT NULL,            -- microseconds since 1970
  subject            TEXT    NOT NULL,            -- the key; for kind 6 the agent's name
  actor              TEXT,                        -- the agent that acted; NULL: the owner or the server
  replaces           INTEGER,                     -- the place that held the subject before
  author             TEXT,                        -- of the item after the change; NULL: the owner
  topics             TEXT,                        -- JSON array; NULL: none
  subscribers        TEXT,                        -- JSON array; NULL: none
  expires_at         INTEGER,                     -- microseconds since 1970; NULL: never
  metadata           TEXT,                        -- JSON object
  before_author      TEXT,                        -- author, topics and subscribers before the change: kinds 2 to 5
  before_topics      TEXT,
  before_subscribers TEXT,
  request_id         BLOB,                        -- 16 bytes, big-endian; in the first row of a command, as all of request_*
  request_caller     TEXT,
  request_method     TEXT,
  request_hash       BLOB,
  answer             TEXT,
  value              BLOB                         -- the JSON text in UTF-8, as given; last, so others are read without its pages
) STRICT;

CREATE INDEX changes_by_request ON changes (request_id) WHERE request_id IS NOT NULL;

-- The rows of the log that hold a subject now: items, and items of which the expiry is logged but which are not purged yet. This is a table
-- of its own. Otherwise each replaced row would be rewritten with its value: at 100,000 items overwritten at random, that costs a page
-- each.
CREATE TABLE live (
  place INTEGER PRIMARY KEY
) STRICT;

-- The records of agents, for each agent that has one.
CREATE TABLE agents (
  name   TEXT PRIMARY KEY,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- For people who open the file; the server does not use it.
CREATE VIEW items AS
SELECT
  subject                                                 AS key,
  CAST(value AS TEXT)                                     AS value,
  metadata, author, topics, subscribers,
  place >> 24                                             AS revision,
  datetime(time / 1000000, 'unixepoch')                   AS updated_at,
  datetime(expires_at / 1000000, 'unixepoch')             AS expires_at
FROM live JOIN changes USING (place)
WHERE kind IN (1, 2);
