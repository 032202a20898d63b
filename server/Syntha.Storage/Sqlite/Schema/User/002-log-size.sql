-- The size of the log from its oldest revision on, so that a trim does not count it. It changes with the head and with the oldest revision.
ALTER TABLE head ADD COLUMN log_changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE head ADD COLUMN log_bytes   INTEGER NOT NULL DEFAULT 0;

-- The sum for a change is the same that the server makes from here on.
UPDATE head SET (log_changes, log_bytes) = (
  SELECT count(*), coalesce(sum(100 + octet_length(subject) + coalesce(octet_length(value), 0) + coalesce(octet_length(metadata), 0)), 0)
  FROM changes
  WHERE place >= head.oldest_revision << 24);
