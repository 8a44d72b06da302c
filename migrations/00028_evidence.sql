-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself and may be run again after a failure.
-- What somebody agreed to is evidence: the application may read it and add to it. Erasure after the
-- retention needs a function of the owner's (SECURITY DEFINER).
REVOKE UPDATE, DELETE ON consents FROM propflow_app;
-- Versions of the settings are only added, too.
REVOKE UPDATE, DELETE ON settings_history FROM propflow_app;
-- Users who must have a register: check lists them in order, and most users are mere customers.
DROP INDEX CONCURRENTLY IF EXISTS users_registered_idx;
CREATE INDEX CONCURRENTLY users_registered_idx ON users (id) WHERE role <> 'CUSTOMER' OR disabled;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS users_registered_idx;
GRANT UPDATE, DELETE ON settings_history TO propflow_app;
GRANT UPDATE, DELETE ON consents TO propflow_app;
