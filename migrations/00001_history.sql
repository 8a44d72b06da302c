-- +goose Up
-- What was migrated, when and by whom. The trigger writes it in the migration's own
-- transaction, so that it never says what did not happen.
CREATE TABLE IF NOT EXISTS migration_history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version    bigint      NOT NULL,
    direction  text        NOT NULL CHECK (direction IN ('up', 'down')),
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text        NOT NULL DEFAULT session_user
);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION record_migration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO migration_history (version, direction) VALUES (OLD.version_id, 'down');
    ELSIF NEW.version_id > 0 THEN
        INSERT INTO migration_history (version, direction) VALUES (NEW.version_id, 'up');
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE OR REPLACE TRIGGER record_migration
    AFTER INSERT OR DELETE ON goose_db_version
    FOR EACH ROW EXECUTE FUNCTION record_migration();

-- +goose Down
-- The history outlives the schema: it tells of this step too.
SELECT 1;
