-- What it costs to compare a password with the hash, when it was imported and that is not what our own hashes cost. Unknown addresses
-- cost the same in the same proportions, so that time does not tell who was imported.
ALTER TABLE accounts ADD COLUMN hash_kind TEXT;
CREATE INDEX accounts_by_hash_kind ON accounts (hash_kind) WHERE hash_kind IS NOT NULL;
