-- +goose NO TRANSACTION
-- +goose Up
-- Valuations that still take the names of their valuer and supervisor from the users: each change of
-- such a name looks for them.
DROP INDEX CONCURRENTLY IF EXISTS valuations_unnamed_valuer_idx;
CREATE INDEX CONCURRENTLY valuations_unnamed_valuer_idx ON valuations (valuer_id) WHERE valuer_name IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS valuations_unnamed_signer_idx;
CREATE INDEX CONCURRENTLY valuations_unnamed_signer_idx ON valuations (sign_off_by) WHERE sign_off_name IS NULL AND sign_off_by IS NOT NULL;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS valuations_unnamed_signer_idx;
DROP INDEX CONCURRENTLY IF EXISTS valuations_unnamed_valuer_idx;
