-- +goose NO TRANSACTION
-- +goose Up
-- ADMINs also propose to restore a number to a customer. The release before knows no proposals at all.
ALTER TABLE proposals DROP CONSTRAINT IF EXISTS proposals_kind_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_kind_check
    CHECK (kind IN ('CREATE_STAFF', 'UPDATE_STAFF', 'UPDATE_SETTINGS', 'RESTORE_NUMBER')) NOT VALID;
ALTER TABLE proposals VALIDATE CONSTRAINT proposals_kind_check;

-- +goose Down
-- The constraint stays as it is: proposals that were made do not become others.
