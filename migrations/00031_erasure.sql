-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself, so that no lock lasts longer than a moment; all of them may be
-- run again after a failure.
-- A person who asked for erasure has no number any more. The index of numbers needs another value
-- then, and releases before this one a text.
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_phone_format;
ALTER TABLE users ADD CONSTRAINT users_phone_format
    CHECK (phone ~ '^(\+[1-9][0-9]{6,14}|erased:[0-9a-f-]{36})$') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_phone_format;
-- When the owner asked for erasure of the decided case. Staff do not see it from then on.
ALTER TABLE properties ADD COLUMN IF NOT EXISTS restricted_at timestamptz;

-- These tables outlive the people and cases that they are about: no foreign keys to them.
CREATE TABLE IF NOT EXISTS privacy_requests (
    id          uuid PRIMARY KEY,
    user_id     uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('ACCESS', 'CORRECTION', 'ERASURE', 'GRIEVANCE')),
    property_id uuid,
    message     text        NOT NULL CHECK (char_length(message) <= 2000),
    state       text        NOT NULL CHECK (state IN ('OPEN', 'GRANTED', 'REFUSED')),
    created_at  timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    reason      text        NOT NULL CHECK (char_length(reason) <= 2000),
    answered_at timestamptz,
    answered_by uuid REFERENCES users,
    version     bigint      NOT NULL CHECK (version >= 0),
    CONSTRAINT privacy_requests_answered CHECK ((state = 'OPEN') = (answered_at IS NULL))
);
-- All, those due first first, and one person's.
CREATE INDEX IF NOT EXISTS privacy_requests_due_idx ON privacy_requests (due_at, id);
CREATE INDEX IF NOT EXISTS privacy_requests_user_idx ON privacy_requests (user_id, due_at, id);

CREATE TABLE IF NOT EXISTS legal_holds (
    id          uuid PRIMARY KEY,
    property_id uuid,
    user_id     uuid,
    reason      text        NOT NULL CHECK (reason <> ''),
    placed_by   uuid        NOT NULL REFERENCES users,
    placed_at   timestamptz NOT NULL,
    lift_reason text        NOT NULL,
    lifted_by   uuid REFERENCES users,
    lifted_at   timestamptz,
    version     bigint      NOT NULL CHECK (version >= 0),
    CONSTRAINT legal_holds_subject CHECK (num_nonnulls(property_id, user_id) = 1),
    CONSTRAINT legal_holds_lifted CHECK (num_nulls(lifted_by, lifted_at) IN (0, 2))
);
CREATE INDEX IF NOT EXISTS legal_holds_placed_idx ON legal_holds (placed_at DESC, id DESC);
-- Those in force on a case or a person.
CREATE INDEX IF NOT EXISTS legal_holds_property_idx ON legal_holds (property_id) WHERE lifted_at IS NULL AND property_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS legal_holds_user_idx ON legal_holds (user_id) WHERE lifted_at IS NULL AND user_id IS NOT NULL;

-- Number and name of a person whose cases the law keeps are here and nowhere else until the purge.
CREATE TABLE IF NOT EXISTS erasures (
    user_id     uuid PRIMARY KEY,
    asked_at    timestamptz NOT NULL,
    phone       text        NOT NULL CHECK (phone ~ '^(\+[1-9][0-9]{6,14})?$'),
    name        text        NOT NULL CHECK (char_length(name) <= 100),
    finished_at timestamptz,
    version     bigint      NOT NULL CHECK (version >= 0),
    CONSTRAINT erasures_finished CHECK (finished_at IS NULL OR phone = '' AND name = '')
);
CREATE INDEX IF NOT EXISTS erasures_unfinished_idx ON erasures (user_id) WHERE finished_at IS NULL;

CREATE TABLE IF NOT EXISTS exports (
    id           uuid PRIMARY KEY,
    user_id      uuid        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('PENDING', 'READY', 'FAILED')),
    requested_at timestamptz NOT NULL,
    ready_at     timestamptz,
    expires_at   timestamptz NOT NULL,
    parts        integer     NOT NULL CHECK (parts >= 0),
    version      bigint      NOT NULL CHECK (version >= 0)
);
CREATE INDEX IF NOT EXISTS exports_user_idx ON exports (user_id, requested_at DESC, id DESC);
-- What was asked and ordered is never taken back.
REVOKE DELETE, TRUNCATE ON privacy_requests, legal_holds, erasures FROM propflow_app;

-- +goose Down
DROP TABLE IF EXISTS exports, erasures, legal_holds, privacy_requests;
ALTER TABLE properties DROP COLUMN IF EXISTS restricted_at;
-- The constraint on numbers stays as it is: people without one cannot get theirs back.
