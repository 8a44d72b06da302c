-- +goose Up
-- The job that encrypts the secrets of second factors that are stored in the clear, unless it waits
-- already. It does nothing while the release before is connected, and runs again every hour.
INSERT INTO river_job (kind, args, max_attempts, queue, state, scheduled_at)
SELECT 'seal_secrets', '{"subject": "", "key": ""}', 16, 'maintenance', 'scheduled', now() + interval '15 minutes'
WHERE NOT EXISTS (SELECT FROM river_job WHERE kind = 'seal_secrets' AND state = 'scheduled');

-- +goose Down
-- A release that does not know the job leaves it alone.
