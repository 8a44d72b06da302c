-- +goose Up
-- Devices from which users logged in. Who is deleted loses them.
CREATE TABLE devices (
    user_id      uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash   text        NOT NULL CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, token_hash)
);
-- Devices that nobody uses.
CREATE INDEX devices_unused_idx ON devices (last_used_at);
-- Logins were not recorded, and everybody logs in anew after this migration, because sessions are kept
-- elsewhere from now on: the day of the upgrade stands for the last login of whoever is there already.
-- The default is also that of customers whom the release before adds.
ALTER TABLE users
    ADD COLUMN last_login_at  timestamptz DEFAULT now(),
    ADD COLUMN pincode_misses integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE users DROP COLUMN pincode_misses, DROP COLUMN last_login_at;
DROP TABLE devices;
