-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself, so that no lock lasts longer than a moment; all of them may be
-- run again after a failure. A default that is constant rewrites nothing.
-- The purposes that a row gives or withdraws. Null, as in the rows of earlier releases, means all
-- purposes of the notice of that version.
ALTER TABLE consents ADD COLUMN IF NOT EXISTS purposes text[];
ALTER TABLE consents ADD COLUMN IF NOT EXISTS withdrawn boolean NOT NULL DEFAULT false;
-- What is kept until its retention ends, the oldest decision first.
DROP INDEX CONCURRENTLY IF EXISTS properties_decided_idx;
CREATE INDEX CONCURRENTLY properties_decided_idx ON properties (decided_at, id) WHERE decided_at IS NOT NULL;
-- Challenges that were not used in time.
DROP INDEX CONCURRENTLY IF EXISTS challenges_expires_idx;
CREATE INDEX CONCURRENTLY challenges_expires_idx ON challenges (expires_at, id);
-- Deletes the consents of a customer who asked for erasure and has no case left. It works with the
-- rights of its owner, because the application may only add consents.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION forget_consents(erased uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM consents c
    WHERE c.user_id = erased
      AND EXISTS (SELECT FROM erasures e WHERE e.user_id = erased)
      AND NOT EXISTS (SELECT FROM properties p WHERE p.owner_id = erased);
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION forget_consents(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_consents(uuid) TO propflow_app;

-- +goose Down
DROP FUNCTION IF EXISTS forget_consents(uuid);
DROP INDEX CONCURRENTLY IF EXISTS challenges_expires_idx;
DROP INDEX CONCURRENTLY IF EXISTS properties_decided_idx;
ALTER TABLE consents DROP COLUMN IF EXISTS withdrawn, DROP COLUMN IF EXISTS purposes;
