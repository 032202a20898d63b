-- The user's data keys, each encrypted by the server's key ring: number:key, the newest last. NULL: the store is not encrypted. They are
-- beside the user's name and not in the head, so that they are erased with the schema's files. There is space for two keys. A row that
-- cannot become longer than this has no second table for long values behind it.
ALTER TABLE identity ADD COLUMN data_keys varchar(370) COLLATE "C";

-- In place of value and metadata if the store is encrypted. Encrypted data does not become smaller by compression.
ALTER TABLE changes ADD COLUMN sealed bytea;
ALTER TABLE changes ALTER COLUMN sealed SET STORAGE EXTERNAL;
