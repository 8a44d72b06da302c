-- +goose NO TRANSACTION
-- +goose Up
-- A table of its own and no column of comparables: sales are never changed, and the index that
-- holds all of each (00013) stays whole. The key lets one of two withdrawals win.
CREATE TABLE IF NOT EXISTS comparable_withdrawals (
    comparable_id uuid PRIMARY KEY REFERENCES comparables,
    withdrawn_by  uuid        NOT NULL REFERENCES users,
    withdrawn_at  timestamptz NOT NULL,
    reason        text        NOT NULL CHECK (reason <> '')
);
-- The list, newest first, of all and of a pincode.
DROP INDEX CONCURRENTLY IF EXISTS comparables_created_idx;
CREATE INDEX CONCURRENTLY comparables_created_idx ON comparables (created_at, id);
DROP INDEX CONCURRENTLY IF EXISTS comparables_pincode_idx;
CREATE INDEX CONCURRENTLY comparables_pincode_idx ON comparables (pincode, created_at, id);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS comparables_pincode_idx;
DROP INDEX CONCURRENTLY IF EXISTS comparables_created_idx;
DROP TABLE IF EXISTS comparable_withdrawals;
