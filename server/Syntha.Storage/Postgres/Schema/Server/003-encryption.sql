-- A known text, encrypted under the master key. NULL: users' stores are not encrypted.
ALTER TABLE syntha.record_head ADD COLUMN encryption_check text;

-- 1: all stores are encrypted. 0: some may still be plain.
ALTER TABLE syntha.record_head ADD COLUMN encryption_complete bigint NOT NULL DEFAULT 0;
