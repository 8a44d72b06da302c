-- name: InsertComparable :execrows
INSERT INTO comparables (
    id, source, source_id, type, locality, city, pincode, lat, lng, area_sqft, bedrooms, bathrooms, year_built, price,
    sold_on, created_by, created_at
) VALUES (
    @id, @source, @source_id, @type, @locality, @city, @pincode, @lat, @lng, @area_sqft, @bedrooms, @bathrooms,
    @year_built, @price, @sold_on, @created_by, @created_at
)
ON CONFLICT (source, source_id) DO NOTHING;

-- name: GetComparable :one
SELECT * FROM comparables WHERE id = @id;

-- The distance is the haversine formula of domain.Point.DistanceKM.
-- name: ComparablesNear :many
SELECT c.*
FROM generate_series(floor(sqlc.arg(south)::double precision * 50)::integer, floor(sqlc.arg(north)::double precision * 50)::integer) AS band
JOIN comparables c ON c.type = @type AND floor(c.lat * 50)::integer = band
    AND c.lng BETWEEN @west::double precision AND @east::double precision
CROSS JOIN LATERAL (
    SELECT 2 * 6371.0088 * asin(least(1, sqrt(
        sin((c.lat - sqlc.arg(lat)::double precision) * pi() / 180 / 2) ^ 2
        + cos(sqlc.arg(lat)::double precision * pi() / 180) * cos(c.lat * pi() / 180) * sin((c.lng - sqlc.arg(lng)::double precision) * pi() / 180 / 2) ^ 2))) AS km
) AS away
WHERE c.sold_on >= @sold_since::date AND away.km <= @radius_km::double precision
ORDER BY away.km, c.id LIMIT @page_limit::integer;

-- name: InsertValuation :execrows
INSERT INTO valuations (
    id, property_id, number, valuer_id, amount, methodology, comparables, fewer_reason, rationale, suggestion,
    confidence, status, risks, sign_off_by, sign_off_at, return_reason, report_key, report_sha256, report_stored_at,
    report_failed_at, report_retries, created_at, approved_at, version, rule_book
) VALUES (
    @id, @property_id, @number, @valuer_id, @amount, @methodology, @comparables, @fewer_reason, @rationale,
    @suggestion, @confidence, @status, @risks, @sign_off_by, @sign_off_at, @return_reason, @report_key, @report_sha256,
    @report_stored_at, @report_failed_at, @report_retries, @created_at, @approved_at, @version, @rule_book
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
    rule_book = @rule_book
WHERE id = @id AND version = @version::bigint;

-- name: GetValuation :one
SELECT * FROM valuations WHERE id = @id;

-- name: ValuationsByProperty :many
SELECT * FROM valuations WHERE property_id = @property_id ORDER BY number;
