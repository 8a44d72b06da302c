-- +goose NO TRANSACTION
-- +goose Up
-- Users who must have a register: check lists them in order, and most users are mere customers.
DROP INDEX CONCURRENTLY IF EXISTS users_registered_idx;
CREATE INDEX CONCURRENTLY users_registered_idx ON users (id) WHERE role <> 'CUSTOMER' OR disabled;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS users_registered_idx;
