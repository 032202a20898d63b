-- The user's data keys, each wrapped by the server's key ring: number:key, the newest last. NULL: the store is not encrypted. Beside the
-- user's name and not with the head, so that it goes with the schema's files. Two keys have room; as long as a row cannot become longer than
-- that there is no second table for long values behind it.
ALTER TABLE identity ADD COLUMN data_keys varchar(370) COLLATE "C";

-- In place of value and metadata where the store is encrypted. What is encrypted does not become smaller by compressing.
ALTER TABLE changes ADD COLUMN sealed bytea;
ALTER TABLE changes ALTER COLUMN sealed SET STORAGE EXTERNAL;
