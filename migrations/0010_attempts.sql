-- What every log-in has to write: an attempt that is counted for an address alone is found by its key, and only those counted
-- for a device or a session besides are looked for by the address at their beginning.
DROP INDEX login_failures_by_address;
CREATE INDEX login_failures_apart ON login_failures (SUBSTR(subject, 1, 64)) WHERE LENGTH(subject) > 64;
