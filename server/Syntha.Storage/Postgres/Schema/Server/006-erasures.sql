-- Users that were erased, so that tokens from before the erase are refused. Of a user only a keyed hash of the id and the time stay.
ALTER TABLE syntha.record_head ADD COLUMN erasure_secret bytea;
UPDATE syntha.record_head SET erasure_secret =
  sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

CREATE TABLE syntha.erasures (
  user_hash bytea  PRIMARY KEY,                   -- HMAC-SHA256 of the user id under erasure_secret
  erased_at bigint NOT NULL,                      -- microseconds since 1970
  revision  bigint NOT NULL                       -- the revision of the last change to this row
);
CREATE INDEX erasures_by_revision ON syntha.erasures (revision);
