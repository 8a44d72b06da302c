-- +goose Up
-- What one ADMIN proposed and another must confirm. The application never deletes one.
CREATE TABLE proposals (
    id          uuid PRIMARY KEY,
    kind        text        NOT NULL CHECK (kind IN ('CREATE_STAFF', 'UPDATE_STAFF', 'UPDATE_SETTINGS')),
    content     jsonb       NOT NULL, -- {"v":1,…}: what would be changed, from what to what
    proposed_by uuid        NOT NULL REFERENCES users,
    proposed_at timestamptz NOT NULL,
    status      text        NOT NULL CHECK (status IN ('OPEN', 'CONFIRMED', 'WITHDRAWN')),
    decided_by  uuid REFERENCES users,
    decided_at  timestamptz,
    version     bigint      NOT NULL CHECK (version >= 0),

    CONSTRAINT proposals_decided CHECK (num_nulls(decided_by, decided_at) = CASE status WHEN 'OPEN' THEN 2 ELSE 0 END)
);
-- The list, newest first.
CREATE INDEX proposals_at_idx ON proposals (proposed_at DESC, id DESC);
REVOKE DELETE ON proposals FROM propflow_app;

-- One row, which is locked by whoever takes the role or the access of an ADMIN, so that two who
-- take each other's do it one after the other.
CREATE TABLE admins_lock (
    single boolean PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO admins_lock VALUES (true);
REVOKE INSERT, DELETE ON admins_lock FROM propflow_app;

-- Valuations of releases that kept no names have that of their user. Before it changes they get it,
-- also if one of those releases changes it.
-- +goose StatementBegin
CREATE FUNCTION keep_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE valuations SET valuer_name = OLD.name WHERE valuer_id = OLD.id AND valuer_name IS NULL;
    UPDATE valuations SET sign_off_name = OLD.name WHERE sign_off_by = OLD.id AND sign_off_name IS NULL;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER keep_names AFTER UPDATE OF name ON users FOR EACH ROW WHEN (OLD.name <> NEW.name AND OLD.role <> 'CUSTOMER')
EXECUTE FUNCTION keep_names();

-- +goose Down
DROP TRIGGER keep_names ON users;
DROP FUNCTION keep_names;
DROP TABLE admins_lock, proposals;
