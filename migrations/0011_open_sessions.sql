-- What every log-in asks: the open sessions of one account. By the account alone also those were read that have ended; and
-- PostgreSQL, which knows nothing of a new table, took the index of everybody's open sessions for as good as this one.
DROP INDEX sessions_by_account;
CREATE INDEX sessions_by_account ON sessions (account_id, ended_at);
-- Hardly any account is about to go, and every log-in had to write into this index.
DROP INDEX accounts_by_deletion;
CREATE INDEX accounts_by_deletion ON accounts (delete_at, id) WHERE delete_at IS NOT NULL;
