-- In the states of a running clock a level is a span of due times, within which the walks
-- below begin and end (clocked_…). If the clock is paused, a level is a span of the time left.
-- A whole pincode is compared with =, because an index then returns its cases in order.
--
-- The queue by due time, from one index walk per state. While the clock is paused, the due time
-- moves with sqlc.arg(dated)::timestamptz and the time left does not: those cases are in order of the time left.
-- name: QueueByDue :many
WITH page AS (
    SELECT q.id, q.due
    FROM unnest(@states::text[]) AS s(state)
    CROSS JOIN LATERAL (
        (SELECT p.id, p.sla_due_at AS due FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND (@any_level::boolean OR s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, @now::timestamptz) END
                  BETWEEN @least_left::interval AND @most_left::interval)
              AND p.sla_paused_at IS NULL
              AND (p.sla_due_at, p.id) > (CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_at::timestamptz ELSE @after_at::timestamptz END,
                                          CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_id::uuid ELSE @after_id::uuid END)
              AND p.sla_due_at <= CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_until::timestamptz ELSE 'infinity' END
            ORDER BY p.sla_due_at, p.id LIMIT @page_limit::integer)
        UNION ALL
        (SELECT p.id, p.sla_due_at + (sqlc.arg(dated)::timestamptz - p.sla_paused_at) AS due FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND p.sla_paused_at - sqlc.arg(dated)::timestamptz < interval '0' -- nearly all: no index on it may be tempting
              AND p.sla_paused_at IS NOT NULL
              AND (@any_level::boolean OR p.sla_due_at - p.sla_paused_at BETWEEN @least_left::interval AND @most_left::interval)
              AND (p.sla_due_at - p.sla_paused_at, p.id) > (sqlc.arg(after_at)::timestamptz - sqlc.arg(dated)::timestamptz, @after_id::uuid)
            ORDER BY p.sla_due_at - p.sla_paused_at, p.id LIMIT @page_limit::integer)
        UNION ALL -- paused after the list was begun
        (SELECT p.id, p.sla_due_at AS due FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND (@any_level::boolean OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, @now::timestamptz) END
                  BETWEEN @least_left::interval AND @most_left::interval)
              AND p.sla_paused_at >= sqlc.arg(dated)::timestamptz AND (p.sla_due_at, p.id) > (@after_at::timestamptz, @after_id::uuid)
            ORDER BY p.sla_due_at, p.id LIMIT @page_limit::integer)
    ) AS q
    ORDER BY q.due, q.id LIMIT @page_limit::integer
)
SELECT sqlc.embed(properties) FROM page JOIN properties ON properties.id = page.id ORDER BY page.due, page.id;

-- A case that was never paused is due five hours after its submission, any other later.
-- name: QueueBySubmission :many
WITH page AS (
    SELECT q.id, q.at
    FROM unnest(@states::text[]) AS s(state)
    CROSS JOIN LATERAL (
        (SELECT p.id, coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) AS at FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND (@any_level::boolean OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, @now::timestamptz) END
                  BETWEEN @least_left::interval AND @most_left::interval)
              AND p.sla_paused = interval '0'
              AND (coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz), p.id) > (
                  CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_at::timestamptz ELSE @after_at::timestamptz END,
                  CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_id::uuid ELSE @after_id::uuid END)
              AND coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) <= CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_until::timestamptz ELSE 'infinity' END
            ORDER BY coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz), p.id LIMIT @page_limit::integer)
        UNION ALL
        (SELECT p.id, coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) AS at FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND (@any_level::boolean OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, @now::timestamptz) END
                  BETWEEN @least_left::interval AND @most_left::interval)
              AND p.sla_paused > interval '0'
              AND (coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz), p.id) > (@after_at::timestamptz, @after_id::uuid)
              AND coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) <= CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_until::timestamptz ELSE 'infinity' END
              AND p.sla_due_at BETWEEN CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @due_from::timestamptz ELSE '-infinity' END
                                   AND CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @due_until::timestamptz ELSE 'infinity' END
            ORDER BY coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz), p.id LIMIT @page_limit::integer)
    ) AS q
    ORDER BY q.at, q.id LIMIT @page_limit::integer
)
SELECT sqlc.embed(properties) FROM page JOIN properties ON properties.id = page.id ORDER BY page.at, page.id;

-- name: QueueByNewest :many
WITH page AS (
    SELECT q.id, q.at
    FROM unnest(@states::text[]) AS s(state)
    CROSS JOIN LATERAL (
        (SELECT p.id, coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) AS at FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND (@any_level::boolean OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, @now::timestamptz) END
                  BETWEEN @least_left::interval AND @most_left::interval)
              AND p.sla_paused = interval '0'
              AND (coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz), p.id) < (
                  CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_at::timestamptz ELSE @after_at::timestamptz END,
                  CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_id::uuid ELSE @after_id::uuid END)
              AND coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) >= CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_from::timestamptz ELSE '-infinity' END
            ORDER BY coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) DESC, p.id DESC LIMIT @page_limit::integer)
        UNION ALL
        (SELECT p.id, coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) AS at FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND (sqlc.narg(types)::text[] IS NULL OR p.type = ANY(sqlc.narg(types)::text[]))
              AND p.pincode LIKE sqlc.arg(pincode)::text || '%' AND (length(sqlc.arg(pincode)::text) < 6 OR p.pincode = sqlc.arg(pincode)::text)
              AND (sqlc.narg(claimant)::uuid IS NULL OR p.claim_valuer_id = sqlc.narg(claimant)::uuid)
              AND (@any_level::boolean OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, @now::timestamptz) END
                  BETWEEN @least_left::interval AND @most_left::interval)
              AND p.sla_paused > interval '0'
              AND (coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz), p.id) < (
                  CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_at::timestamptz ELSE @after_at::timestamptz END,
                  CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @clocked_id::uuid ELSE @after_id::uuid END)
              AND p.sla_due_at BETWEEN CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @due_from::timestamptz ELSE '-infinity' END
                                   AND CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN @due_until::timestamptz ELSE 'infinity' END
            ORDER BY coalesce(p.submitted_at, '0001-01-01T00:00:00Z'::timestamptz) DESC, p.id DESC LIMIT @page_limit::integer)
    ) AS q
    ORDER BY q.at DESC, q.id DESC LIMIT @page_limit::integer
)
SELECT sqlc.embed(properties) FROM page JOIN properties ON properties.id = page.id ORDER BY page.at DESC, page.id DESC;
