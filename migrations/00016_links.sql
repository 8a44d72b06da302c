-- +goose NO TRANSACTION
-- +goose Up
-- The submitted cases around a pin, which may be about one property. Drafts and withdrawn cases are
-- linked to none.
DROP INDEX CONCURRENTLY IF EXISTS properties_place_idx;
CREATE INDEX CONCURRENTLY properties_place_idx ON properties ((floor(lat * 200)::integer), lng)
    WHERE state NOT IN ('DRAFT', 'WITHDRAWN') AND lat IS NOT NULL;
-- The submitted cases with one number of the loan-origination system, the newest first.
DROP INDEX CONCURRENTLY IF EXISTS properties_external_ref_idx;
CREATE INDEX CONCURRENTLY properties_external_ref_idx ON properties (external_ref, submitted_at DESC, id DESC)
    WHERE state NOT IN ('DRAFT', 'WITHDRAWN') AND external_ref <> '';

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS properties_external_ref_idx;
DROP INDEX CONCURRENTLY IF EXISTS properties_place_idx;
