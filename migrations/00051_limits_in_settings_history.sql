-- +goose Up
-- The limits of one customer in past settings.
ALTER TABLE settings_history
    ADD COLUMN max_open_drafts         integer NOT NULL DEFAULT 10,
    ADD COLUMN max_submissions_per_day integer NOT NULL DEFAULT 5,
    ADD COLUMN max_photos_per_day      integer NOT NULL DEFAULT 200,
    ADD COLUMN max_streams             integer NOT NULL DEFAULT 5;

-- +goose Down
ALTER TABLE settings_history
    DROP COLUMN max_open_drafts, DROP COLUMN max_submissions_per_day, DROP COLUMN max_photos_per_day, DROP COLUMN max_streams;
