CREATE TABLE accounts (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address folded, so that two spellings of one mailbox are one account.
    email_key TEXT NOT NULL,
    nickname TEXT NOT NULL,
    nickname_key TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    bio TEXT,
    profile_picture_url TEXT,
    linkedin_profile_url TEXT,
    github_profile_url TEXT,
    role TEXT NOT NULL,
    -- The role that takes effect when the address is verified.
    pending_role TEXT,
    is_professional BOOLEAN NOT NULL,
    password_hash TEXT NOT NULL,
    email_verified_at BIGINT,
    -- Set by an administrator, until it is lifted.
    locked_at BIGINT,
    -- Set by wrong passwords, for a while.
    locked_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_login_at BIGINT,
    -- First and last name, folded, for searching.
    name_key TEXT NOT NULL,
    CONSTRAINT "accounts.email_key" UNIQUE (email_key),
    CONSTRAINT "accounts.nickname_key" UNIQUE (nickname_key)
);
CREATE INDEX accounts_by_creation ON accounts (created_at, id);
CREATE INDEX accounts_by_last_login ON accounts (COALESCE(last_login_at, 0), id);
CREATE INDEX accounts_by_role ON accounts (role, created_at, id);

-- Rows that a transaction updates to be alone with a rule, such as "one administrator stays".
CREATE TABLE guards (
    name TEXT PRIMARY KEY,
    touched_at BIGINT NOT NULL
);

-- The one-time link by which the first administrator is made on a public server.
CREATE TABLE admin_claims (
    token_digest BYTEA PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE email_verifications (
    token_digest BYTEA PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The address that is proved by following the link.
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX email_verifications_by_account ON email_verifications (account_id);
