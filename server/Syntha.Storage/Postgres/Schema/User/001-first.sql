-- One user's mesh, in a schema of its own, which the search path names. Everything is in the log; other tables say which of its rows are
-- the present. The head stands in syntha.heads.

-- Whose schema this is. Exactly one row. No text of unbounded length, so that there is no second table for long values behind it.
CREATE TABLE identity (
  user_id varchar(128) COLLATE "C" NOT NULL
);

-- The log. place = revision << 24 | index within the command: the order of the rows is the order of the log.
CREATE TABLE changes (
  place              bigint   PRIMARY KEY,
  time               bigint   NOT NULL,           -- microseconds since 1970
  replaces           bigint,                      -- the place that held the subject until now
  expires_at         bigint,                      -- microseconds since 1970; NULL: never
  request_id         uuid,                        -- with the first row of a command, as all of request_*
  request_hash       uuid,
  kind               smallint NOT NULL,           -- 1 created, 2 updated, 3 removed, 4 expired, 5 purged, 6 agent changed
  subject            text     COLLATE "C" NOT NULL, -- the key; the agent's name where kind is 6
  actor              text     COLLATE "C",        -- the agent that did it; NULL: the owner or the server
  author             text     COLLATE "C",        -- of the item as it is now; NULL: the owner
  topics             text     COLLATE "C",        -- JSON array; NULL: none
  subscribers        text     COLLATE "C",        -- JSON array; NULL: none
  metadata           text     COLLATE "C",        -- JSON object
  before_author      text     COLLATE "C",        -- author, topics and subscribers as they were: kinds 2 to 5
  before_topics      text     COLLATE "C",
  before_subscribers text     COLLATE "C",
  request_caller     text     COLLATE "C",
  request_method     text     COLLATE "C",
  answer             text     COLLATE "C",
  value              text     COLLATE "C"         -- JSON as given, never jsonb
);

CREATE INDEX changes_by_request ON changes (request_id) WHERE request_id IS NOT NULL;

-- The rows of the log that hold a subject now: items, and items whose expiry is logged but which are not purged yet.
CREATE TABLE live (
  place bigint PRIMARY KEY
);

-- What is stored about agents, for all agents about which there is something.
CREATE TABLE agents (
  name   text COLLATE "C" PRIMARY KEY,
  record text COLLATE "C" NOT NULL
);
