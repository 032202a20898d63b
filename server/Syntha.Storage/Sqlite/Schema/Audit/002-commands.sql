-- The commands of an entry that stands for several, as in PostgreSQL's schema syntha.
ALTER TABLE audit ADD COLUMN commands BLOB NOT NULL DEFAULT x'';
