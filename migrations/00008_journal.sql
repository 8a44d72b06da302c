-- +goose Up
CREATE TABLE notifications (
    id           uuid PRIMARY KEY,
    topic        text        NOT NULL CHECK (topic <> ''),
    channel      text        NOT NULL CHECK (channel IN ('SMS', 'WHATSAPP', 'CONSOLE')),
    recipient_id uuid        NOT NULL REFERENCES users,
    property_id  uuid        NOT NULL REFERENCES properties,
    status       text        NOT NULL CHECK (status IN ('PENDING', 'SENT', 'FAILED')),
    attempts     integer     NOT NULL CHECK (attempts >= 0),
    provider_id  text        NOT NULL,
    created_at   timestamptz NOT NULL,
    sent_at      timestamptz,
    version      bigint      NOT NULL CHECK (version >= 0),
    CONSTRAINT notifications_sent CHECK (status <> 'SENT' OR sent_at IS NOT NULL)
);
-- All, one person's and one property's, newest first.
CREATE INDEX notifications_created_idx ON notifications (created_at DESC, id DESC);
CREATE INDEX notifications_recipient_idx ON notifications (recipient_id, created_at DESC, id DESC);
CREATE INDEX notifications_property_idx ON notifications (property_id, created_at DESC, id DESC);

-- Steps outlive the drafts that they tell of: no foreign key.
CREATE TABLE steps (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text        NOT NULL CHECK (kind <> ''),
    property_id uuid        NOT NULL,
    user_id     uuid,
    at          timestamptz NOT NULL
);
-- A span of time.
CREATE INDEX steps_at_idx ON steps (at, id);

-- The audit chains outlive the drafts that they tell of. The application may add to them
-- and read them (migration 9). Heads are locked by whoever appends, and show a chain that
-- lost its end.
CREATE TABLE audit_heads (
    property_id uuid PRIMARY KEY,
    seq         bigint NOT NULL CHECK (seq >= 0),
    hash        text   NOT NULL CHECK (hash ~ '^([0-9a-f]{64})?$')
);
CREATE TABLE audit_entries (
    property_id uuid        NOT NULL,
    seq         bigint      NOT NULL CHECK (seq > 0),
    at          timestamptz NOT NULL,
    actor_id    uuid,
    actor_role  text        NOT NULL,
    action      text        NOT NULL CHECK (action <> ''),
    from_state  text        NOT NULL,
    to_state    text        NOT NULL,
    facts       jsonb       NOT NULL, -- {"v":1,"list":[…]}
    prev_hash   text        NOT NULL CHECK (prev_hash ~ '^([0-9a-f]{64})?$'),
    hash        text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (property_id, seq),
    CONSTRAINT audit_entries_first CHECK ((seq = 1) = (prev_hash = ''))
);

-- What happened, for live clients. A transaction leaves its events without a position;
-- once they are committed, whoever reads first numbers them, one reader at a time. So
-- positions have no gap that a slow transaction fills later.
CREATE TABLE events (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- order within a transaction
    position    bigint,
    feed_id     uuid,
    action      text        NOT NULL CHECK (action <> ''),
    property_id uuid,
    photo_id    uuid,
    state       text        NOT NULL,
    sla_level   text        NOT NULL,
    at          timestamptz NOT NULL,
    owner_id    uuid,
    roles       text[]      NOT NULL,
    CONSTRAINT events_numbered CHECK (num_nulls(position, feed_id) IN (0, 2))
);
-- What waits for its number.
CREATE INDEX events_pending_idx ON events (id) WHERE position IS NULL;
-- The feed in order, and the place of an event in it.
CREATE UNIQUE INDEX events_position_key ON events (position) WHERE position IS NOT NULL;
CREATE UNIQUE INDEX events_feed_id_key ON events (feed_id) WHERE feed_id IS NOT NULL;

-- The newest event's number and id, also when the event itself is forgotten. Its one row is
-- locked by whoever numbers events.
CREATE TABLE feed_head (
    single    boolean PRIMARY KEY DEFAULT true CHECK (single),
    position  bigint NOT NULL,
    feed_id   uuid,
    ms        bigint NOT NULL, -- of feed_id, so that ids rise though clocks do not
    forgotten bigint NOT NULL  -- the last position that was deleted
);
INSERT INTO feed_head (position, ms, forgotten) VALUES (0, 0, 0);

CREATE TABLE idempotency_keys (
    user_id     uuid        NOT NULL,
    operation   text        NOT NULL,
    key         text        NOT NULL,
    fingerprint text        NOT NULL,
    result      bytea       NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, operation, key)
);
-- What is old enough to go.
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);

-- When each periodic job runs next, whichever process is up then.
CREATE TABLE job_schedule (
    kind    text PRIMARY KEY,
    period  interval    NOT NULL CHECK (period > interval '0'),
    next_at timestamptz NOT NULL
);

-- +goose Down
DROP TABLE job_schedule, idempotency_keys, feed_head, events, audit_entries, audit_heads, steps, notifications;
