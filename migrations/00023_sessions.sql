-- +goose Up
-- Logins. They are here and not in Redis, because a request asks in its own transaction whether
-- its login goes on, and because reviews go on without Redis.
CREATE TABLE sessions (
    id            uuid PRIMARY KEY,
    user_id       uuid        NOT NULL REFERENCES users,
    client        text        NOT NULL CHECK (client IN ('', 'dashboard', 'capture')),
    refresh_hash  text        NOT NULL CHECK (refresh_hash ~ '^[0-9a-f]{64}$'),
    previous_hash text        NOT NULL CHECK (previous_hash ~ '^([0-9a-f]{64})?$'),
    created_at    timestamptz NOT NULL,
    refreshed_at  timestamptz NOT NULL,
    confirmed_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_by      text        NOT NULL,
    version       bigint      NOT NULL CHECK (version >= 0),
    CONSTRAINT sessions_ended CHECK ((ended_at IS NULL) = (ended_by = ''))
);
-- A user's sessions that go on, newest first.
CREATE INDEX sessions_user_idx ON sessions (user_id, created_at DESC, id DESC) WHERE ended_at IS NULL;
-- What is old enough to go.
CREATE INDEX sessions_over_idx ON sessions (least(ended_at, expires_at));

-- Refresh tokens that were exchanged: one that comes again may be stolen.
CREATE TABLE spent_refreshes (
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    hash       text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (session_id, hash)
);

-- +goose Down
DROP TABLE spent_refreshes, sessions;
