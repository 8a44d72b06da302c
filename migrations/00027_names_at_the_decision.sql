-- +goose Up
-- The names of those who valued and signed, as they were then. Null in rows of releases that kept
-- none: until their users are renamed, which copies the name before (00047), it is that of the user.
ALTER TABLE valuations ADD COLUMN valuer_name text, ADD COLUMN sign_off_name text;

-- +goose Down
ALTER TABLE valuations DROP COLUMN sign_off_name, DROP COLUMN valuer_name;
