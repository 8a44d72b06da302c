-- +goose NO TRANSACTION
-- +goose Up
-- A person who asked for erasure has no number any more. The index of numbers needs another value
-- then, and releases before this one a text.
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_phone_format;
ALTER TABLE users ADD CONSTRAINT users_phone_format
    CHECK (phone ~ '^(\+[1-9][0-9]{6,14}|erased:[0-9a-f-]{36})$') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_phone_format;

-- +goose Down
-- The constraint stays as it is: people without a number cannot get theirs back.
