-- +goose Up
CREATE TABLE challenges (
    id           uuid PRIMARY KEY,
    user_id      uuid        NOT NULL REFERENCES users,
    property_id  uuid        NOT NULL REFERENCES properties ON DELETE CASCADE,
    subject_type text        NOT NULL CHECK (subject_type IN ('FRONT', 'SIDE', 'INTERNAL', 'AMENITY', 'DOCUMENT')),
    room         text        NOT NULL CHECK (room IN ('', 'LIVING', 'KITCHEN', 'BEDROOM', 'BATHROOM', 'OTHER')),
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    CONSTRAINT challenges_room CHECK ((subject_type = 'INTERNAL') = (room <> '')),
    CONSTRAINT challenges_expiry CHECK (expires_at > issued_at)
);
-- The challenges that go with a deleted draft.
CREATE INDEX challenges_property_idx ON challenges (property_id);

CREATE TABLE photos (
    id           uuid PRIMARY KEY,
    property_id  uuid NOT NULL REFERENCES properties,
    owner_id     uuid NOT NULL REFERENCES users,
    subject_type text NOT NULL CHECK (subject_type IN ('FRONT', 'SIDE', 'INTERNAL', 'AMENITY', 'DOCUMENT')),
    room         text NOT NULL CHECK (room IN ('', 'LIVING', 'KITCHEN', 'BEDROOM', 'BATHROOM', 'OTHER')),
    status       text NOT NULL CHECK (status IN ('AWAITING_UPLOAD', 'PROCESSING', 'PASSED', 'FLAGGED', 'FAILED')),

    announced_sha256 text   NOT NULL CHECK (announced_sha256 ~ '^[0-9a-f]{64}$'),
    announced_bytes  bigint NOT NULL CHECK (announced_bytes > 0),
    announced_type   text   NOT NULL CHECK (announced_type IN ('image/jpeg', 'image/png', 'image/webp', 'image/heic')),
    device           jsonb  NOT NULL, -- {"v":1,…}: what the device says, read as a whole

    challenge_id  uuid        NOT NULL REFERENCES challenges,
    challenged_at timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    completed_at  timestamptz,
    inspected_at  timestamptz,

    sha256   text  CHECK (sha256 ~ '^[0-9a-f]{64}$'), -- measured, null until then
    facts    jsonb NOT NULL, -- {"v":1,…}: what was measured beside the checksum
    findings jsonb NOT NULL, -- {"v":1,"list":[…]}
    analysis jsonb NOT NULL, -- {"v":1,…}: what image recognition says
    linked_to uuid[] NOT NULL,

    resolution        text CHECK (resolution IN ('ACCEPTED', 'REFUSED')),
    resolution_reason text,
    resolved_by       uuid REFERENCES users,
    resolved_at       timestamptz,
    replaced_by       uuid,
    version           bigint NOT NULL CHECK (version >= 0),

    CONSTRAINT photos_room CHECK ((subject_type = 'INTERNAL') = (room <> '')),
    CONSTRAINT photos_completed CHECK (status = 'AWAITING_UPLOAD' OR completed_at IS NOT NULL),
    CONSTRAINT photos_inspected CHECK (status IN ('AWAITING_UPLOAD', 'PROCESSING') OR inspected_at IS NOT NULL),
    CONSTRAINT photos_resolution CHECK (num_nulls(resolution, resolution_reason, resolved_by, resolved_at) IN (0, 4))
);
-- A challenge is good for one photo.
CREATE UNIQUE INDEX photos_challenge_key ON photos (challenge_id);
-- A property's photos, oldest first.
CREATE INDEX photos_property_idx ON photos (property_id, created_at, id);
-- The same bytes in other cases.
CREATE INDEX photos_sha256_idx ON photos (sha256, property_id) WHERE sha256 IS NOT NULL;
-- Uploads that never came, oldest first.
CREATE INDEX photos_awaiting_idx ON photos (created_at, id) WHERE status = 'AWAITING_UPLOAD';

-- +goose Down
DROP TABLE photos, challenges;
