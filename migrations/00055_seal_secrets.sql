-- +goose Up
-- The job that encrypts the secrets of second factors that are stored in the clear: the first time in
-- 15 minutes, when the release before should be gone. While it is connected the job does nothing, and
-- it does not know the job.
INSERT INTO job_schedule (kind, period, next_at) VALUES ('seal_secrets', interval '1 hour', now() + interval '15 minutes')
ON CONFLICT (kind) DO NOTHING;

-- +goose Down
-- A release that does not know the job leaves its row alone.
