-- What a used refresh token was answered with is made again, and only the 64 bytes of a signature are kept for it: nothing has to
-- be forgotten after the grace, and so nothing has to be found.
UPDATE refresh_tokens SET answer = NULL WHERE answer IS NOT NULL;
DROP INDEX refresh_tokens_with_answer;
-- Room beside each token for the same row once used: then its indexes stay as they are.
--postgres: ALTER TABLE refresh_tokens SET (fillfactor = 50);
