-- +goose Up
CREATE TABLE users (
    id             uuid PRIMARY KEY,
    phone          text        NOT NULL CONSTRAINT users_phone_format CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
    name           text        NOT NULL CHECK (char_length(name) <= 100),
    role           text        NOT NULL CHECK (role IN ('CUSTOMER', 'VALUER', 'SUPERVISOR', 'ADMIN')),
    language       text        NOT NULL CHECK (language IN ('en', 'hi')),
    disabled       boolean     NOT NULL,
    totp_secret    text        NOT NULL,
    totp_confirmed boolean     NOT NULL,
    totp_last_step bigint      NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        bigint      NOT NULL CHECK (version >= 0)
);
-- A phone number has one owner; logins find them by it.
CREATE UNIQUE INDEX users_phone_key ON users (phone);
-- The list of staff, page by page.
CREATE INDEX users_staff_idx ON users (created_at, id) WHERE role <> 'CUSTOMER';

CREATE TABLE consents (
    id         uuid PRIMARY KEY,
    user_id    uuid        NOT NULL REFERENCES users,
    version    text        NOT NULL CHECK (version <> ''),
    language   text        NOT NULL CHECK (language IN ('en', 'hi')),
    processors text[]      NOT NULL,
    given_at   timestamptz NOT NULL
);
-- A user's consents, newest first.
CREATE INDEX consents_user_idx ON consents (user_id, given_at DESC, id DESC);

CREATE TABLE settings (
    single                    boolean PRIMARY KEY DEFAULT true CHECK (single), -- there is one row at most
    min_confidence            integer          NOT NULL CHECK (min_confidence BETWEEN 0 AND 100),
    sign_off_amount           bigint           NOT NULL CHECK (sign_off_amount > 0),
    max_deviation_percent     double precision NOT NULL CHECK (max_deviation_percent > 0),
    min_comparables           integer          NOT NULL CHECK (min_comparables > 0),
    search_radius_km          double precision NOT NULL CHECK (search_radius_km > 0),
    comparable_max_age_months integer          NOT NULL CHECK (comparable_max_age_months > 0),
    updated_at                timestamptz,
    updated_by                uuid REFERENCES users,
    version                   bigint           NOT NULL CHECK (version > 0)
);

-- +goose Down
DROP TABLE settings, consents, users;
