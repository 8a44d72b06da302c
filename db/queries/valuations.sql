-- Inserts those that no row has the source and number of, and returns their ids. A year or a
-- number of rooms that is not known is -1. Rows in one order, so that two imports never wait for
-- each other.
-- name: InsertComparables :many
INSERT INTO comparables (
    id, source, source_id, type, locality, city, pincode, lat, lng, area_sqft, bedrooms, bathrooms, year_built, price,
    sold_on, created_by, created_at
)
SELECT unnest(@ids::uuid[]), unnest(@sources::text[]), unnest(@source_ids::text[]), unnest(@types::text[]),
    unnest(@localities::text[]), unnest(@cities::text[]), unnest(@pincodes::text[]), unnest(@lats::double precision[]),
    unnest(@lngs::double precision[]), unnest(@areas::integer[]), nullif(unnest(@bedrooms::integer[]), -1),
    nullif(unnest(@bathrooms::integer[]), -1), nullif(unnest(@years::integer[]), -1), unnest(@prices::bigint[]),
    unnest(@sold_on::date[]), unnest(@created_by::uuid[]), unnest(@created_at::timestamptz[])
ON CONFLICT (source, source_id) DO NOTHING
RETURNING id;

-- name: GetComparable :one
SELECT sqlc.embed(c), w.withdrawn_by, w.withdrawn_at, w.reason
FROM comparables c LEFT JOIN comparable_withdrawals w ON w.comparable_id = c.id
WHERE c.id = @id;

-- name: ComparablesByIDs :many
SELECT sqlc.embed(c), w.withdrawn_by, w.withdrawn_at, w.reason
FROM comparables c LEFT JOIN comparable_withdrawals w ON w.comparable_id = c.id
WHERE c.id = ANY(@ids::uuid[])
ORDER BY array_position(@ids::uuid[], c.id);

-- name: InsertWithdrawal :execrows
INSERT INTO comparable_withdrawals (comparable_id, withdrawn_by, withdrawn_at, reason)
SELECT c.id, @withdrawn_by, @withdrawn_at, @reason FROM comparables c WHERE c.id = @comparable_id
ON CONFLICT DO NOTHING;

-- Near each of the places, which is the n-th of each list; in no order. OFFSET 0 makes the
-- planner search band by band, as comparables_place_idx is ordered: it does not know how few
-- bands there are. The distance is the haversine formula of domain.Point.DistanceKM.
-- name: ComparablesNear :many
SELECT p.n::integer AS n, near.*
FROM (
    SELECT generate_subscripts(@types::text[], 1) AS n, unnest(@types::text[]) AS type,
        unnest(@lats::double precision[]) AS lat, unnest(@lngs::double precision[]) AS lng,
        unnest(@souths::double precision[]) AS south, unnest(@norths::double precision[]) AS north,
        unnest(@wests::double precision[]) AS west, unnest(@easts::double precision[]) AS east
) AS p
CROSS JOIN LATERAL (
    SELECT c.*, away.km
    FROM generate_series(floor(p.south * 50)::integer, floor(p.north * 50)::integer) AS band
    CROSS JOIN LATERAL (
        SELECT * FROM comparables
        WHERE type = p.type AND floor(lat * 50)::integer = band AND lng BETWEEN p.west AND p.east AND sold_on >= @sold_since::date
        OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
        SELECT (2 * 6371.0088 * asin(least(1, sqrt(
            sin((c.lat - p.lat) * pi() / 180 / 2) ^ 2
            + cos(p.lat * pi() / 180) * cos(c.lat * pi() / 180) * sin((c.lng - p.lng) * pi() / 180 / 2) ^ 2))))::double precision AS km
    ) AS away
    WHERE away.km <= @radius_km::double precision
        AND NOT EXISTS (SELECT FROM comparable_withdrawals w WHERE w.comparable_id = c.id)
    ORDER BY away.km, c.id LIMIT @page_limit::integer
) AS near;

-- An empty text filters nothing.
-- name: ListComparables :many
SELECT sqlc.embed(c), w.withdrawn_by, w.withdrawn_at, w.reason
FROM comparables c LEFT JOIN comparable_withdrawals w ON w.comparable_id = c.id
WHERE (c.created_at, c.id) < (@before_at::timestamptz, @before_id::uuid)
    AND (@source::text = '' OR c.source = @source::text) AND (@source_id::text = '' OR c.source_id = @source_id::text)
    AND (@type::text = '' OR c.type = @type::text) AND (@pincode::text = '' OR c.pincode = @pincode::text)
    AND (sqlc.narg(withdrawn)::boolean IS NULL OR (w.comparable_id IS NOT NULL) = sqlc.narg(withdrawn)::boolean)
ORDER BY c.created_at DESC, c.id DESC LIMIT @page_limit::integer;

-- ListComparables in a circle, of the types given.
-- name: ListComparablesNear :many
SELECT sqlc.embed(c), w.withdrawn_by, w.withdrawn_at, w.reason
FROM unnest(@types::text[]) AS kind(type)
CROSS JOIN generate_series(floor(sqlc.arg(south)::double precision * 50)::integer, floor(sqlc.arg(north)::double precision * 50)::integer) AS band
JOIN comparables c ON c.type = kind.type AND floor(c.lat * 50)::integer = band
    AND c.lng BETWEEN @west::double precision AND @east::double precision
LEFT JOIN comparable_withdrawals w ON w.comparable_id = c.id
CROSS JOIN LATERAL (
    SELECT 2 * 6371.0088 * asin(least(1, sqrt(
        sin((c.lat - sqlc.arg(lat)::double precision) * pi() / 180 / 2) ^ 2
        + cos(sqlc.arg(lat)::double precision * pi() / 180) * cos(c.lat * pi() / 180) * sin((c.lng - sqlc.arg(lng)::double precision) * pi() / 180 / 2) ^ 2))) AS km
) AS away
WHERE away.km <= @radius_km::double precision AND (c.created_at, c.id) < (@before_at::timestamptz, @before_id::uuid)
    AND (@source::text = '' OR c.source = @source::text) AND (@source_id::text = '' OR c.source_id = @source_id::text)
    AND (@pincode::text = '' OR c.pincode = @pincode::text)
    AND (sqlc.narg(withdrawn)::boolean IS NULL OR (w.comparable_id IS NOT NULL) = sqlc.narg(withdrawn)::boolean)
ORDER BY c.created_at DESC, c.id DESC LIMIT @page_limit::integer;

-- name: InsertValuation :execrows
INSERT INTO valuations (
    id, property_id, number, valuer_id, amount, methodology, comparables, fewer_reason, rationale, suggestion,
    confidence, status, risks, sign_off_by, sign_off_at, return_reason, report_key, report_sha256, report_stored_at,
    report_failed_at, report_retries, created_at, approved_at, version, rule_book, valuer_name, sign_off_name
) VALUES (
    @id, @property_id, @number, @valuer_id, @amount, @methodology, @comparables, @fewer_reason, @rationale,
    @suggestion, @confidence, @status, @risks, @sign_off_by, @sign_off_at, @return_reason, @report_key, @report_sha256,
    @report_stored_at, @report_failed_at, @report_retries, @created_at, @approved_at, @version, @rule_book, @valuer_name, @sign_off_name
)
ON CONFLICT DO NOTHING;

-- name: UpdateValuation :execrows
UPDATE valuations
SET id = @id, property_id = @property_id, number = @number, valuer_id = @valuer_id, amount = @amount,
    methodology = @methodology, comparables = @comparables, fewer_reason = @fewer_reason, rationale = @rationale,
    suggestion = @suggestion, confidence = @confidence, status = @status, risks = @risks, sign_off_by = @sign_off_by,
    sign_off_at = @sign_off_at, return_reason = @return_reason, report_key = @report_key,
    report_sha256 = @report_sha256, report_stored_at = @report_stored_at, report_failed_at = @report_failed_at,
    report_retries = @report_retries, created_at = @created_at, approved_at = @approved_at, version = 1 + @version::bigint,
    rule_book = @rule_book, valuer_name = @valuer_name, sign_off_name = @sign_off_name
WHERE id = @id AND version = @version::bigint;

-- name: GetValuation :one
SELECT sqlc.embed(v), valuer.name AS valuer, signer.name AS signer
FROM valuations v LEFT JOIN users valuer ON valuer.id = v.valuer_id LEFT JOIN users signer ON signer.id = v.sign_off_by
WHERE v.id = @id;

-- name: ValuationsByProperty :many
SELECT sqlc.embed(v), valuer.name AS valuer, signer.name AS signer
FROM valuations v LEFT JOIN users valuer ON valuer.id = v.valuer_id LEFT JOIN users signer ON signer.id = v.sign_off_by
WHERE v.property_id = @property_id ORDER BY v.number;
