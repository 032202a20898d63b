-- Users that were erased, so that tokens from before the erase are refused. Of a user only a keyed hash of the id and the time stay.
ALTER TABLE record_head ADD COLUMN erasure_secret BLOB;
UPDATE record_head SET erasure_secret = randomblob(32);

CREATE TABLE erasures (
  user_hash BLOB PRIMARY KEY,                     -- HMAC-SHA256 of the user id under erasure_secret
  erased_at INTEGER NOT NULL,                     -- microseconds since 1970
  revision  INTEGER NOT NULL                      -- the revision of the last change to this row
) STRICT;
CREATE INDEX erasures_by_revision ON erasures (revision);
