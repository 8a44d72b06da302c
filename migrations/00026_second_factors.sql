-- +goose Up
-- Constant defaults rewrite nothing. The release before neither reads nor clears these columns: what
-- they have of a factor that it resets is good for nothing, because the hashes are keyed with the
-- factor's secret, and an enrolment without a code has none.
ALTER TABLE users ADD COLUMN totp_next text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_recovery text[] NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN enrolment_hash text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN enrolment_expires_at timestamptz;

-- +goose Down
ALTER TABLE users DROP COLUMN enrolment_expires_at;
ALTER TABLE users DROP COLUMN enrolment_hash;
ALTER TABLE users DROP COLUMN totp_recovery;
ALTER TABLE users DROP COLUMN totp_next;
