-- 1: values were redacted, and the file was not written anew since. Their bytes may still be in its free space.
ALTER TABLE head ADD COLUMN overwrite_due INTEGER NOT NULL DEFAULT 0;
