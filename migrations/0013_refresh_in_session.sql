-- What a session's newest refresh token is stands in the session's row. A row for each token was kept before, as long as the session,
-- to know a used one again; now a token says by itself whose it is and how many were before it.
ALTER TABLE sessions ADD COLUMN refresh_digest BYTEA;
-- How many tokens were used.
ALTER TABLE sessions ADD COLUMN refreshes BIGINT NOT NULL DEFAULT 0;
-- When the last of them was used, and the signature of the access token that it was answered with.
ALTER TABLE sessions ADD COLUMN refreshed_at BIGINT;
ALTER TABLE sessions ADD COLUMN refresh_signature BYTEA;
-- Room on its page for the same row once refreshed: then its indexes stay as they are.
--postgres: ALTER TABLE sessions SET (fillfactor = 70);
DROP TABLE refresh_tokens;
