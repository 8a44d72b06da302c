-- +goose Up
-- The application works as propflow_app, which owns nothing: it may change every table but
-- the audit chains, which it may only read and add to. Roles belong to the whole server, so
-- another database may have made it.
-- +goose StatementBegin
DO $$
BEGIN
    CREATE ROLE propflow_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'propflow_app', 'SET') THEN
        GRANT propflow_app TO CURRENT_USER;
    END IF;
END
$$;
-- +goose StatementEnd
GRANT USAGE ON SCHEMA public TO propflow_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO propflow_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO propflow_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO propflow_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO propflow_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO propflow_app;
REVOKE UPDATE, DELETE ON audit_entries FROM propflow_app;
REVOKE DELETE ON audit_heads FROM propflow_app;
REVOKE INSERT, UPDATE, DELETE ON goose_db_version, migration_history, river_migration FROM propflow_app;

-- +goose Down
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM propflow_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM propflow_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM propflow_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM propflow_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM propflow_app;
REVOKE ALL ON SCHEMA public FROM propflow_app;
