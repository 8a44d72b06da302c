-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself and may be run again after a failure. Constant defaults rewrite
-- nothing. The release before neither reads nor clears these columns: what they have of a factor that
-- it resets is good for nothing, because the hashes are keyed with the factor's secret, and an
-- enrolment without a code has none.
ALTER TABLE users ADD COLUMN IF NOT EXISTS totp_next text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN IF NOT EXISTS totp_recovery text[] NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN IF NOT EXISTS enrolment_hash text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN IF NOT EXISTS enrolment_expires_at timestamptz;
-- The job that seals the secrets that are stored in the clear, unless it waits already. It does
-- nothing while the release before is connected, and runs again every hour.
INSERT INTO river_job (kind, args, max_attempts, queue, state, scheduled_at)
SELECT 'seal_secrets', '{"subject": "", "key": ""}', 16, 'maintenance', 'scheduled', now() + interval '15 minutes'
WHERE NOT EXISTS (SELECT FROM river_job WHERE kind = 'seal_secrets' AND state = 'scheduled');

-- +goose Down
DELETE FROM river_job WHERE kind = 'seal_secrets' AND state <> 'running';
DELETE FROM job_schedule WHERE kind = 'seal_secrets';
ALTER TABLE users DROP COLUMN IF EXISTS enrolment_expires_at;
ALTER TABLE users DROP COLUMN IF EXISTS enrolment_hash;
ALTER TABLE users DROP COLUMN IF EXISTS totp_recovery;
ALTER TABLE users DROP COLUMN IF EXISTS totp_next;
