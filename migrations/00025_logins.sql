-- +goose NO TRANSACTION
-- +goose Up
-- Each statement may be run again after a failure, and none holds up readers or writers for long.

-- The default is that of customers whom the release before adds. For those who are there already it
-- is filled below.
ALTER TABLE users ADD COLUMN IF NOT EXISTS last_login_at timestamptz;
ALTER TABLE users ADD COLUMN IF NOT EXISTS pincode_misses integer NOT NULL DEFAULT 0;
ALTER TABLE users ALTER COLUMN last_login_at SET DEFAULT now();

-- Devices from which users logged in. Who is deleted loses them.
CREATE TABLE IF NOT EXISTS devices (
    user_id      uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash   text        NOT NULL CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, token_hash)
);
-- Devices that nobody uses.
CREATE INDEX IF NOT EXISTS devices_unused_idx ON devices (last_used_at);

-- Logins were not recorded. What a user did last stands for the last login: their own changes, consents
-- and audit entries. Who left no trace for long may just have read, and a session then lasted 30 days
-- without one: nobody counts as unused for the first 30 days after this migration. Rows are changed in
-- batches, each of which commits by itself.
-- +goose StatementBegin
DO $$
DECLARE
    changed integer;
BEGIN
    LOOP
        WITH batch AS (
            SELECT id FROM users WHERE last_login_at IS NULL ORDER BY id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE users u
        SET last_login_at = greatest(
            u.created_at, u.updated_at, now() - interval '60 days',
            (SELECT max(c.given_at) FROM consents c WHERE c.user_id = u.id),
            (SELECT max(a.at) FROM properties p JOIN audit_entries a ON a.property_id = p.id
             WHERE p.owner_id = u.id AND a.actor_id = u.id))
        FROM batch WHERE u.id = batch.id;
        GET DIAGNOSTICS changed = ROW_COUNT;
        COMMIT;
        EXIT WHEN changed = 0;
    END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE IF EXISTS devices;
ALTER TABLE users DROP COLUMN IF EXISTS last_login_at, DROP COLUMN IF EXISTS pincode_misses;
