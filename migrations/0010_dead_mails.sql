-- Mails that were given up: few among many, and counted whenever somebody looks at the figures.
CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;
