-- The cases that may be linked to another: those with its external reference, those around its pin,
-- and those named; one may be found thrice. The distance is the haversine formula of domain.Point.DistanceKM.
-- name: LinkCandidates :many
WITH counted AS NOT MATERIALIZED (
    SELECT id, owner_id, external_ref, reference, type, state, line1, line2, pincode, area_sqft, lat, lng, accuracy_m, submitted_at, decided_at
    FROM properties
    WHERE state NOT IN ('DRAFT', 'WITHDRAWN') AND (state NOT IN ('VALUED', 'REJECTED') OR decided_at >= @decided_since::timestamptz)
      AND id <> @of::uuid
)
(SELECT * FROM counted WHERE id = ANY(@among::uuid[]))
UNION ALL
(SELECT * FROM counted WHERE external_ref = @external_ref::text AND external_ref <> ''
 ORDER BY submitted_at DESC, id DESC LIMIT @namesakes::integer)
UNION ALL
(SELECT counted.*
 FROM generate_series(floor(sqlc.arg(south)::double precision * 200)::integer, floor(sqlc.arg(north)::double precision * 200)::integer) AS band
 JOIN counted ON counted.lat IS NOT NULL AND floor(counted.lat * 200)::integer = band
     AND counted.lng BETWEEN @west::double precision AND @east::double precision
 WHERE 2 * 6371.0088 * asin(least(1, sqrt(
     sin((counted.lat - sqlc.arg(lat)::double precision) * pi() / 180 / 2) ^ 2
     + cos(sqlc.arg(lat)::double precision * pi() / 180) * cos(counted.lat * pi() / 180)
       * sin((counted.lng - sqlc.arg(lng)::double precision) * pi() / 180 / 2) ^ 2))) <= @radius_km::double precision
 ORDER BY counted.submitted_at DESC, counted.id DESC LIMIT @neighbours::integer);
