-- Claims: names that one caller holds at a time. The log has their changes (kinds 8 claimed, 9 renewed, 10 released, 11 expired), each with
-- the whole record after it. Here are the records of the claims that are held now.
CREATE TABLE claims (
  name   TEXT PRIMARY KEY,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
