-- +goose Up
-- The queue of a region, and of a pincode by submission.
CREATE INDEX properties_pincode_idx ON properties (state, pincode text_pattern_ops,
    (coalesce(submitted_at, '0001-01-01T00:00:00Z'::timestamptz)), id);
-- The queue by submission, both ways, of cases whose clock was paused before: of all others
-- the time of submission tells the due time, of these the index does.
CREATE INDEX properties_resumed_idx ON properties (state, (coalesce(submitted_at, '0001-01-01T00:00:00Z'::timestamptz)), id, sla_due_at)
    WHERE sla_paused > interval '0';
-- Sales are never changed and always read by the neighbourhood: the index holds all of each,
-- so that neighbours lie side by side.
DROP INDEX comparables_place_idx;
CREATE INDEX comparables_place_idx ON comparables (type, (floor(lat * 50)::integer), lng)
    INCLUDE (id, source, source_id, locality, city, pincode, lat, area_sqft, bedrooms, bathrooms, year_built, price, sold_on, created_by, created_at);

-- +goose Down
DROP INDEX comparables_place_idx, properties_resumed_idx, properties_pincode_idx;
CREATE INDEX comparables_place_idx ON comparables (type, (floor(lat * 50)::integer), lng);
