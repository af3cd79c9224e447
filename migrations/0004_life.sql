-- The life of an account: sessions that people see, recovery, invitations, limits, the audit log.

ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;
-- When the password was last typed for this session.
ALTER TABLE sessions ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET last_seen_at = created_at, authenticated_at = created_at;
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);

-- The chain of refresh tokens of a session: the newest one works, a used one that comes again ends the session.
CREATE TABLE refresh_tokens (
    token_digest BYTEA PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    -- The access token that its use was answered with, sealed: given again to whoever asks within the grace.
    answer BYTEA
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_use ON refresh_tokens (used_at);

-- A bucket is the moment at which it will be empty (the generic cell rate algorithm), shared by all nodes.
CREATE TABLE limits (
    bucket TEXT PRIMARY KEY,
    empty_at BIGINT NOT NULL
);
CREATE INDEX limits_by_age ON limits (empty_at);

-- Work that a request leaves behind, done by a worker soon after it.
CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    -- What it is about, sealed under the master key: it may hold what somebody typed.
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE INDEX jobs_by_due ON jobs (due_at);

-- What has happened. An entry is written with its cause, and soon after it gets its place in the chain.
CREATE TABLE audit_entries (
    id UUID PRIMARY KEY,
    -- Its place; unset until it is chained.
    seq BIGINT,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    -- Who did it, and to whom. Plain values: an entry outlives the accounts.
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    account_id UUID,
    session_id UUID,
    request_id TEXT NOT NULL,
    -- A JSON object of facts without personal data.
    details TEXT NOT NULL,
    -- Address, browser and the like: a JSON object, emptied when it is erased. The chain holds only its salted digest.
    personal TEXT,
    personal_salt BYTEA,
    personal_digest BYTEA NOT NULL,
    -- SHA-256 over the digest before it and over this entry.
    digest BYTEA,
    CONSTRAINT "audit_entries.seq" UNIQUE (seq)
);
CREATE INDEX audit_entries_by_time ON audit_entries (at, id);
CREATE INDEX audit_entries_by_account ON audit_entries (account_id, at);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at);
CREATE INDEX audit_entries_by_request ON audit_entries (request_id);
CREATE INDEX audit_entries_by_event ON audit_entries (event, at);
-- What is still to be erased, so that looking for it does not read the whole log.
CREATE INDEX audit_entries_with_personal ON audit_entries (at) WHERE personal IS NOT NULL;

-- Links by which somebody chooses a new password. One for each account: only the newest works.
CREATE TABLE recoveries (
    token_digest BYTEA PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The address that it was mailed to: the link dies when the account has another one.
    email_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX recoveries_by_account ON recoveries (account_id);

-- Links by which the old address takes a change of address back.
CREATE TABLE email_undos (
    token_digest BYTEA PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX email_undos_by_account ON email_undos (account_id);
CREATE INDEX email_undos_by_email ON email_undos (email_key);

CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    token_digest BYTEA NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL,
    -- Who invited; nobody's id for the operator's command line. A plain value: it outlives the account.
    invited_by UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    -- The account that came of it.
    account_id UUID,
    revoked_at BIGINT,
    CONSTRAINT "invitations.token_digest" UNIQUE (token_digest)
);
CREATE INDEX invitations_by_creation ON invitations (created_at, id);
CREATE INDEX invitations_by_email ON invitations (email_key);

-- With hidden accounts: the nickname that somebody chose who registered an address that is taken. It is as good as taken, and so
-- tells nobody that the registration came to nothing.
CREATE TABLE nickname_reservations (
    nickname_key TEXT PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX nickname_reservations_by_account ON nickname_reservations (account_id);

-- Browsers and networks from which an account has logged in: a new one is told to its owner.
CREATE TABLE known_devices (
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- A keyed digest of browser and network.
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, fingerprint)
);
CREATE INDEX known_devices_by_last_seen ON known_devices (last_seen_at);

-- Tries that were decided: wrong passwords. `failures` also has those that are being looked at.
ALTER TABLE login_failures ADD COLUMN wrong BIGINT NOT NULL DEFAULT 0;

-- When an account that its owner has deleted goes for good.
ALTER TABLE accounts ADD COLUMN delete_at BIGINT;
CREATE INDEX accounts_by_deletion ON accounts (delete_at);

-- When a mail is not worth sending any more, because its link will not work.
ALTER TABLE outbox ADD COLUMN expires_at BIGINT;
-- A last word to somebody who has no account any more: the row, and with it the address, goes when it is sent.
ALTER TABLE outbox ADD COLUMN is_last BOOLEAN NOT NULL DEFAULT FALSE;
