-- What a log-in and a refresh have to write: nothing reads this index any more, since refresh_tokens_with_answer holds the few
-- rows that are looked for.
DROP INDEX refresh_tokens_by_use;
