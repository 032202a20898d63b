-- Where commands came from, for the audit trail: with the first row of each. NULL: committed before this was kept.
ALTER TABLE changes ADD COLUMN origin_method     text COLLATE "C";
ALTER TABLE changes ADD COLUMN origin_credential text COLLATE "C"; -- NULL: none was needed
ALTER TABLE changes ADD COLUMN origin_bytes      bigint;           -- of the values that the command brought

-- Under which the audit trail hashes this user's keys; erased with the schema. A type of fixed length, so that no table for long values comes
-- with it.
ALTER TABLE identity ADD COLUMN audit_secret uuid NOT NULL DEFAULT gen_random_uuid();
