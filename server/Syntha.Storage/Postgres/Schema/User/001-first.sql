-- One user's mesh, in a schema of its own, which the search path names. Everything is in the log. The other tables say which rows of it are
-- the current state. The head is in syntha.heads.

-- The user of this schema. Exactly one row. It has no text of unbounded length, so there is no second table for long values behind it.
CREATE TABLE identity (
  user_id varchar(128) COLLATE "C" NOT NULL
);

-- The log. place = revision << 24 | index within the command, so the order of the rows is the order of the log.
CREATE TABLE changes (
  place              bigint   PRIMARY KEY,
  time               bigint   NOT NULL,           -- microseconds since 1970
  replaces           bigint,                      -- the place that held the subject before
  expires_at         bigint,                      -- microseconds since 1970; NULL: never
  request_id         uuid,                        -- in the first row of a command, as all of request_*
  request_hash       uuid,
  kind               smallint NOT NULL,           -- 1 created, 2 updated, 3 removed, 4 expired, 5 purged, 6 agent changed
  subject            text     COLLATE "C" NOT NULL, -- the key; for kind 6 the agent's name
  actor              text     COLLATE "C",        -- the agent that acted; NULL: the owner or the server
  author             text     COLLATE "C",        -- of the item after the change; NULL: the owner
  topics             text     COLLATE "C",        -- JSON array; NULL: none
  subscribers        text     COLLATE "C",        -- JSON array; NULL: none
  metadata           text     COLLATE "C",        -- JSON object
  before_author      text     COLLATE "C",        -- author, topics and subscribers before the change: kinds 2 to 5
  before_topics      text     COLLATE "C",
  before_subscribers text     COLLATE "C",
  request_caller     text     COLLATE "C",
  request_method     text     COLLATE "C",
  answer             text     COLLATE "C",
  value              text     COLLATE "C"         -- the JSON text as given, never jsonb
);

CREATE INDEX changes_by_request ON changes (request_id) WHERE request_id IS NOT NULL;

-- The rows of the log that hold a subject now: items, and items of which the expiry is logged but which are not purged yet.
CREATE TABLE live (
  place bigint PRIMARY KEY
);

-- The records of agents, for each agent that has one.
CREATE TABLE agents (
  name   text COLLATE "C" PRIMARY KEY,
  record text COLLATE "C" NOT NULL
);
