-- name: QueueByDue :many
WITH page AS (
    SELECT q.id, q.due
    FROM unnest($1::text[]) AS s(state)
    CROSS JOIN LATERAL (
        (SELECT p.id, p.sla_due_at AS due FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND ($2::text[] IS NULL OR p.type = ANY($2::text[]))
              AND p.pincode LIKE $3::text || '%' AND (length($3::text) < 6 OR p.pincode = $3::text)
              AND ($4::uuid IS NULL OR p.claim_valuer_id = $4::uuid)
              AND ($5::boolean OR s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, $6::timestamptz) END
                  BETWEEN $7::interval AND $8::interval)
              AND p.sla_paused_at IS NULL
              AND (p.sla_due_at, p.id) > (CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN $9::timestamptz ELSE $10::timestamptz END,
                                          CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN $11::uuid ELSE $12::uuid END)
              AND p.sla_due_at <= CASE WHEN s.state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN $13::timestamptz ELSE 'infinity' END
            ORDER BY p.sla_due_at, p.id LIMIT $14::integer)
        UNION ALL
        (SELECT p.id, p.sla_due_at + ($15::timestamptz - p.sla_paused_at) AS due FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND ($2::text[] IS NULL OR p.type = ANY($2::text[]))
              AND p.pincode LIKE $3::text || '%' AND (length($3::text) < 6 OR p.pincode = $3::text)
              AND ($4::uuid IS NULL OR p.claim_valuer_id = $4::uuid)
              AND p.sla_paused_at - $15::timestamptz < interval '0' -- nearly all: no index on it may be tempting
              AND p.sla_paused_at IS NOT NULL
              AND ($5::boolean OR p.sla_due_at - p.sla_paused_at BETWEEN $7::interval AND $8::interval)
              AND (p.sla_due_at - p.sla_paused_at, p.id) > ($10::timestamptz - $15::timestamptz, $12::uuid)
            ORDER BY p.sla_due_at - p.sla_paused_at, p.id LIMIT $14::integer)
        UNION ALL -- paused after the list was begun
        (SELECT p.id, p.sla_due_at AS due FROM properties p
            WHERE p.state = s.state AND p.restricted_at IS NULL
              AND ($2::text[] IS NULL OR p.type = ANY($2::text[]))
              AND p.pincode LIKE $3::text || '%' AND (length($3::text) < 6 OR p.pincode = $3::text)
              AND ($4::uuid IS NULL OR p.claim_valuer_id = $4::uuid)
              AND ($5::boolean OR CASE WHEN p.sla_started_at IS NULL THEN interval '5 hours'
                       ELSE p.sla_due_at - coalesce(p.sla_stopped_at, p.sla_paused_at, $6::timestamptz) END
                  BETWEEN $7::interval AND $8::interval)
              AND p.sla_paused_at >= $15::timestamptz AND (p.sla_due_at, p.id) > ($10::timestamptz, $12::uuid)
            ORDER BY p.sla_due_at, p.id LIMIT $14::integer)
    ) AS q
    ORDER BY q.due, q.id LIMIT $14::integer
)
SELECT properties.id, properties.owner_id, properties.external_ref, properties.reference, properties.type, properties.state, properties.salt, properties.line1, properties.line2, properties.locality, properties.city, properties.region, properties.pincode, properties.area_sqft, properties.bedrooms, properties.bathrooms, properties.floor, properties.year_built, properties.lat, properties.lng, properties.accuracy_m, properties.sla_started_at, properties.sla_paused_at, properties.sla_paused, properties.sla_stopped_at, properties.sla_alerted, properties.sla_due_at, properties.sla_alert_at, properties.claim_valuer_id, properties.claimed_at, properties.claim_heartbeat_at, properties.reserved_for, properties.reserved_until, properties.follow_ups, properties.follow_up_asked_at, properties.follow_up_due_at, properties.follow_up_reminded_at, properties.sign_off_flagged_by, properties.sign_off_flag_reason, properties.sign_off_flagged_at, properties.rejection_code, properties.rejection_note, properties.rejected_by, properties.rejected_at, properties.valuation_id, properties.created_at, properties.updated_at, properties.submitted_at, properties.reviewed_at, properties.decided_at, properties.version, properties.first_lat, properties.first_lng, properties.pin_moved_m, properties.handovers, properties.restricted_at FROM page JOIN properties ON properties.id = page.id ORDER BY page.due, page.id
