-- The planner takes no samples of what users write: a table of the whole database holds the samples, and their remains stay in its file
-- after the user is erased. Every query goes by a place or a number, and those are still sampled.
ALTER TABLE changes
  ALTER COLUMN request_id         SET STATISTICS 0,
  ALTER COLUMN request_hash       SET STATISTICS 0,
  ALTER COLUMN subject            SET STATISTICS 0,
  ALTER COLUMN actor              SET STATISTICS 0,
  ALTER COLUMN author             SET STATISTICS 0,
  ALTER COLUMN topics             SET STATISTICS 0,
  ALTER COLUMN subscribers        SET STATISTICS 0,
  ALTER COLUMN metadata           SET STATISTICS 0,
  ALTER COLUMN before_author      SET STATISTICS 0,
  ALTER COLUMN before_topics      SET STATISTICS 0,
  ALTER COLUMN before_subscribers SET STATISTICS 0,
  ALTER COLUMN request_caller     SET STATISTICS 0,
  ALTER COLUMN request_method     SET STATISTICS 0,
  ALTER COLUMN answer             SET STATISTICS 0,
  ALTER COLUMN value              SET STATISTICS 0,
  ALTER COLUMN sealed             SET STATISTICS 0,
  ALTER COLUMN origin_method      SET STATISTICS 0,
  ALTER COLUMN origin_credential  SET STATISTICS 0;
ALTER TABLE agents
  ALTER COLUMN name   SET STATISTICS 0,
  ALTER COLUMN record SET STATISTICS 0;
ALTER TABLE outcomes
  ALTER COLUMN agent        SET STATISTICS 0,
  ALTER COLUMN task_type    SET STATISTICS 0,
  ALTER COLUMN request_id   SET STATISTICS 0,
  ALTER COLUMN request_hash SET STATISTICS 0,
  ALTER COLUMN input        SET STATISTICS 0,
  ALTER COLUMN output       SET STATISTICS 0,
  ALTER COLUMN error        SET STATISTICS 0,
  ALTER COLUMN metadata     SET STATISTICS 0;
ALTER TABLE identity
  ALTER COLUMN user_id      SET STATISTICS 0,
  ALTER COLUMN data_keys    SET STATISTICS 0,
  ALTER COLUMN audit_secret SET STATISTICS 0;
