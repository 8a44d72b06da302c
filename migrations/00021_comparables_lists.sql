-- +goose NO TRANSACTION
-- +goose Up
-- The list of comparables, newest first, of all and of a pincode.
DROP INDEX CONCURRENTLY IF EXISTS comparables_created_idx;
CREATE INDEX CONCURRENTLY comparables_created_idx ON comparables (created_at, id);
DROP INDEX CONCURRENTLY IF EXISTS comparables_pincode_idx;
CREATE INDEX CONCURRENTLY comparables_pincode_idx ON comparables (pincode, created_at, id);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS comparables_pincode_idx;
DROP INDEX CONCURRENTLY IF EXISTS comparables_created_idx;
