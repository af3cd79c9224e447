-- What keeps large tables fast: a kept count, and indexes that hold only the rows that somebody looks for.

-- How many accounts there are, in parts: whoever makes one changes one part, so that others seldom wait for his commit.
CREATE TABLE account_counts (
    shard BIGINT PRIMARY KEY,
    total BIGINT NOT NULL
);
INSERT INTO account_counts (shard, total) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0),
    (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
UPDATE account_counts SET total = (SELECT COUNT(*) FROM accounts) WHERE shard = 0;

-- The few that a filter asks for. What most accounts are is counted as all without these.
CREATE INDEX accounts_unverified ON accounts (created_at, id) WHERE email_verified_at IS NULL;
CREATE INDEX accounts_locked ON accounts (locked_at, id) WHERE locked_at IS NOT NULL;
CREATE INDEX accounts_locked_out ON accounts (locked_until, id) WHERE locked_until IS NOT NULL;

-- Sessions that are still to be ended, without those that have ended already.
CREATE INDEX sessions_open_by_last_seen ON sessions (last_seen_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_open_by_expiry ON sessions (expires_at) WHERE ended_at IS NULL;

-- Answers that are still to be forgotten.
CREATE INDEX refresh_tokens_with_answer ON refresh_tokens (used_at) WHERE answer IS NOT NULL;

-- Links whose time is over, and what is deleted together with an account: found, and not looked for in the whole table.
CREATE INDEX email_verifications_by_expiry ON email_verifications (expires_at);
CREATE INDEX recoveries_by_expiry ON recoveries (expires_at);
CREATE INDEX email_undos_by_expiry ON email_undos (expires_at);
CREATE INDEX invitations_by_account ON invitations (account_id);
-- All that is counted for an address: its digest, alone or with a device or a session behind it.
CREATE INDEX login_failures_by_address ON login_failures (SUBSTR(subject, 1, 64));
