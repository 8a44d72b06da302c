-- +goose Up
-- Anchors of the audit chains that lie in the object store. The application may add to them
-- and read them: what one of the two stores loses, the other still knows.
CREATE TABLE audit_anchors (
    number  bigint PRIMARY KEY CHECK (number > 0),
    hash    text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'), -- SHA-256 of the object
    at      timestamptz NOT NULL,
    through timestamptz NOT NULL
);
REVOKE UPDATE, DELETE ON audit_anchors FROM propflow_app;
-- The chains that grew since an anchor.
CREATE INDEX audit_entries_at_idx ON audit_entries (at, property_id);
-- One property's milestones.
CREATE INDEX steps_property_idx ON steps (property_id, at, id);

-- +goose Down
DROP INDEX steps_property_idx, audit_entries_at_idx;
DROP TABLE audit_anchors;
