-- Administrators who are signed in as somebody else, for support: such a session belongs to the account that is seen, and names
-- who it is, from which session of his own he came, and why. Plain values: the row outlives that session and his account.
ALTER TABLE sessions ADD COLUMN acting_by UUID;
ALTER TABLE sessions ADD COLUMN acting_from UUID;
ALTER TABLE sessions ADD COLUMN acting_reason TEXT;
CREATE INDEX sessions_open_acting ON sessions (acting_by) WHERE acting_by IS NOT NULL AND ended_at IS NULL;
