-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself, so that no lock lasts longer than a moment; all of them may
-- be run again after a failure. A default that is constant rewrites nothing.
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text NOT NULL DEFAULT '';
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_format;
ALTER TABLE users ADD CONSTRAINT users_email_format
    CHECK (email = '' OR char_length(email) <= 254 AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$') NOT VALID;
-- Reads every row, but holds up neither readers nor writers.
ALTER TABLE users VALIDATE CONSTRAINT users_email_format;

-- +goose Down
ALTER TABLE users DROP COLUMN IF EXISTS email;
