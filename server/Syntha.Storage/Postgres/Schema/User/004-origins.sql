-- Where commands came from, for the audit trail: in the first row of each. NULL: committed before this was stored.
ALTER TABLE changes ADD COLUMN origin_method     text COLLATE "C";
ALTER TABLE changes ADD COLUMN origin_credential text COLLATE "C"; -- NULL: none was needed
ALTER TABLE changes ADD COLUMN origin_bytes      bigint;           -- the size of the values that the command brought

-- The secret with which the audit trail hashes this user's keys. It is erased with the schema. Its type has a fixed length, so no table for
-- long values comes with it.
ALTER TABLE identity ADD COLUMN audit_secret uuid NOT NULL DEFAULT gen_random_uuid();
