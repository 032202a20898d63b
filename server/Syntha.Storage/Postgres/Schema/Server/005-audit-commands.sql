-- The commands of an entry that stands for several: revision, bytes and keys of each as three numbers of 8 bytes, big-endian.
ALTER TABLE syntha.audit ADD COLUMN commands bytea NOT NULL DEFAULT '';
