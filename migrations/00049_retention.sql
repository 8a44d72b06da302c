-- +goose NO TRANSACTION
-- +goose Up
-- What is kept until its retention ends, the oldest decision first.
DROP INDEX CONCURRENTLY IF EXISTS properties_decided_idx;
CREATE INDEX CONCURRENTLY properties_decided_idx ON properties (decided_at, id) WHERE decided_at IS NOT NULL;
-- Challenges that were not used in time.
DROP INDEX CONCURRENTLY IF EXISTS challenges_expires_idx;
CREATE INDEX CONCURRENTLY challenges_expires_idx ON challenges (expires_at, id);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS challenges_expires_idx;
DROP INDEX CONCURRENTLY IF EXISTS properties_decided_idx;
