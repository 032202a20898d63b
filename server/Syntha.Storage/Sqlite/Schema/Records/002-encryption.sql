-- A known text, encrypted under the master key. NULL: users' stores are not encrypted.
ALTER TABLE record_head ADD COLUMN encryption_check TEXT;

-- 1: all stores are encrypted. 0: some may still be plain.
ALTER TABLE record_head ADD COLUMN encryption_complete INTEGER NOT NULL DEFAULT 0;
