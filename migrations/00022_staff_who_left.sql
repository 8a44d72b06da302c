-- +goose NO TRANSACTION
-- +goose Up
-- Staff who can no longer review, whose claims a sweep releases every minute. Customers are most of
-- the users, and never have a claim.
DROP INDEX CONCURRENTLY IF EXISTS users_left_idx;
CREATE INDEX CONCURRENTLY users_left_idx ON users (id)
    WHERE role <> 'CUSTOMER' AND (disabled OR role NOT IN ('VALUER', 'SUPERVISOR'));

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS users_left_idx;
