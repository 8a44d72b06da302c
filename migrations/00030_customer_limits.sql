-- +goose Up
-- What one customer may have at a time and send in a day. The defaults are those of the code; the
-- release before neither reads nor writes these columns.
ALTER TABLE settings
    ADD COLUMN max_open_drafts         integer NOT NULL DEFAULT 10,
    ADD COLUMN max_submissions_per_day integer NOT NULL DEFAULT 5,
    ADD COLUMN max_photos_per_day      integer NOT NULL DEFAULT 200,
    ADD COLUMN max_streams             integer NOT NULL DEFAULT 5;
ALTER TABLE settings_history
    ADD COLUMN max_open_drafts         integer NOT NULL DEFAULT 10,
    ADD COLUMN max_submissions_per_day integer NOT NULL DEFAULT 5,
    ADD COLUMN max_photos_per_day      integer NOT NULL DEFAULT 200,
    ADD COLUMN max_streams             integer NOT NULL DEFAULT 5;

-- How much a customer has sent on the newest day, in India, on which there was anything: one row
-- for each, which a transaction locks as it counts. What was sent and deleted again still counts.
-- Users are never deleted.
CREATE TABLE customer_days (
    user_id     uuid PRIMARY KEY REFERENCES users (id),
    day         date    NOT NULL,
    submissions integer NOT NULL CHECK (submissions >= 0),
    photos      integer NOT NULL CHECK (photos >= 0)
);

-- +goose Down
DROP TABLE customer_days;
ALTER TABLE settings_history
    DROP COLUMN max_open_drafts, DROP COLUMN max_submissions_per_day, DROP COLUMN max_photos_per_day, DROP COLUMN max_streams;
ALTER TABLE settings
    DROP COLUMN max_open_drafts, DROP COLUMN max_submissions_per_day, DROP COLUMN max_photos_per_day, DROP COLUMN max_streams;
