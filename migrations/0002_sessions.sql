CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- Why it ended: a stable code such as `logout`.
    end_reason TEXT
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Wrong passwords by identifier and device. The identifier is a digest: what was typed may be anything, even a password.
CREATE TABLE login_failures (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    lockouts BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX login_failures_by_age ON login_failures (updated_at);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    -- The private key (PKCS #8), sealed under the master key.
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- Since when it signs no more; it is published until its last tokens have run out.
    retired_at BIGINT
);
