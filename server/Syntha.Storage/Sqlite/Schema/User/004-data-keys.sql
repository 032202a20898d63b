-- The user's data keys, each encrypted by the server's key ring: number:key, the newest last. NULL: the store is not encrypted.
ALTER TABLE head ADD COLUMN data_keys TEXT;
