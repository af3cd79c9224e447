CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    recipient TEXT NOT NULL,
    -- Subject and bodies, sealed under the master key, because they hold links that open accounts.
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- When the next try is due; a worker that takes the mail moves it into the future.
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    sent_at BIGINT,
    -- Set when the mail was given up.
    dead_at BIGINT,
    last_error TEXT
);
CREATE INDEX outbox_by_due ON outbox (due_at);
CREATE INDEX outbox_by_creation ON outbox (created_at, id);
