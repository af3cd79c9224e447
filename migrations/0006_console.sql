-- What the console shows: figures by day, notes of the staff, and indexes by which people are found at once.

-- Figures, rolled up by a worker: no page counts accounts. The day is the number of days since 1970-01-01 UTC.
CREATE TABLE daily_counts (
    day BIGINT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (day, name)
);

-- How far the worker has come.
CREATE TABLE statistics_marks (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The last day on which somebody was there, so that nobody is counted twice.
CREATE TABLE account_activity (
    account_id UUID PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    last_day BIGINT NOT NULL
);

-- What staff write down about an account, for other staff.
CREATE TABLE account_notes (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Who wrote it; nobody's id for the operator's command line. A plain value: it outlives the account.
    author_id UUID,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX account_notes_by_account ON account_notes (account_id, created_at, id);

-- What kind of mail it is, for whoever looks at the queue: what it says is sealed.
ALTER TABLE outbox ADD COLUMN template TEXT;
CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at, id);
CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;

-- By the beginning of an address or a name. A range of texts is only what begins alike when they are compared byte by byte:
-- SQLite always does that, PostgreSQL when it is told so.
--sqlite: CREATE INDEX accounts_by_name ON accounts (name_key, id);
--sqlite: CREATE INDEX accounts_by_last_name ON accounts (SUBSTR(name_key, INSTR(name_key, ' ') + 1), id);
--postgres: CREATE INDEX accounts_by_email_prefix ON accounts (email_key COLLATE "C", id);
--postgres: CREATE INDEX accounts_by_nickname_prefix ON accounts (nickname_key COLLATE "C", id);
--postgres: CREATE INDEX accounts_by_name ON accounts (name_key COLLATE "C", id);
--postgres: CREATE INDEX accounts_by_last_name ON accounts (SUBSTR(name_key, STRPOS(name_key, ' ') + 1) COLLATE "C", id);
