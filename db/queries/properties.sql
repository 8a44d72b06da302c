-- name: InsertProperty :exec
INSERT INTO properties (
    id, owner_id, external_ref, reference, type, state, salt, line1, line2, locality, city, region, pincode, area_sqft,
    bedrooms, bathrooms, floor, year_built, lat, lng, accuracy_m, sla_started_at, sla_paused_at, sla_paused,
    sla_stopped_at, sla_alerted, sla_due_at, sla_alert_at, claim_valuer_id, claimed_at, claim_heartbeat_at,
    reserved_for, reserved_until, follow_ups, follow_up_asked_at, follow_up_due_at, follow_up_reminded_at,
    sign_off_flagged_by, sign_off_flag_reason, sign_off_flagged_at, rejection_code, rejection_note, rejected_by,
    rejected_at, valuation_id, created_at, updated_at, submitted_at, reviewed_at, decided_at, version,
    first_lat, first_lng, pin_moved_m, handovers, restricted_at
) VALUES (
    @id, @owner_id, @external_ref, @reference, @type, @state, @salt, @line1, @line2, @locality, @city, @region,
    @pincode, @area_sqft, @bedrooms, @bathrooms, @floor, @year_built, @lat, @lng, @accuracy_m, @sla_started_at,
    @sla_paused_at, @sla_paused, @sla_stopped_at, @sla_alerted, @sla_due_at, @sla_alert_at, @claim_valuer_id,
    @claimed_at, @claim_heartbeat_at, @reserved_for, @reserved_until, @follow_ups, @follow_up_asked_at,
    @follow_up_due_at, @follow_up_reminded_at, @sign_off_flagged_by, @sign_off_flag_reason, @sign_off_flagged_at,
    @rejection_code, @rejection_note, @rejected_by, @rejected_at, @valuation_id, @created_at, @updated_at,
    @submitted_at, @reviewed_at, @decided_at, @version, @first_lat, @first_lng, @pin_moved_m, @handovers,
    @restricted_at
);

-- name: UpdateProperty :execrows
UPDATE properties
SET id = @id, owner_id = @owner_id, external_ref = @external_ref, reference = @reference, type = @type, state = @state,
    salt = @salt, line1 = @line1, line2 = @line2, locality = @locality, city = @city, region = @region,
    pincode = @pincode, area_sqft = @area_sqft, bedrooms = @bedrooms, bathrooms = @bathrooms, floor = @floor,
    year_built = @year_built, lat = @lat, lng = @lng, accuracy_m = @accuracy_m, sla_started_at = @sla_started_at,
    sla_paused_at = @sla_paused_at, sla_paused = @sla_paused, sla_stopped_at = @sla_stopped_at,
    sla_alerted = @sla_alerted, sla_due_at = @sla_due_at, sla_alert_at = @sla_alert_at,
    claim_valuer_id = @claim_valuer_id, claimed_at = @claimed_at, claim_heartbeat_at = @claim_heartbeat_at,
    reserved_for = @reserved_for, reserved_until = @reserved_until, follow_ups = @follow_ups,
    follow_up_asked_at = @follow_up_asked_at, follow_up_due_at = @follow_up_due_at,
    follow_up_reminded_at = @follow_up_reminded_at, sign_off_flagged_by = @sign_off_flagged_by,
    sign_off_flag_reason = @sign_off_flag_reason, sign_off_flagged_at = @sign_off_flagged_at,
    rejection_code = @rejection_code, rejection_note = @rejection_note, rejected_by = @rejected_by,
    rejected_at = @rejected_at, valuation_id = @valuation_id, created_at = @created_at, updated_at = @updated_at,
    submitted_at = @submitted_at, reviewed_at = @reviewed_at, decided_at = @decided_at, version = 1 + @version::bigint,
    first_lat = @first_lat, first_lng = @first_lng, pin_moved_m = @pin_moved_m,
    handovers = @handovers, restricted_at = @restricted_at
WHERE id = @id AND version = @version::bigint;

-- name: GetProperty :one
SELECT * FROM properties WHERE id = @id;

-- The lock lets others add photos and the like meanwhile, which only hold the key.
-- name: LockProperty :one
SELECT * FROM properties WHERE id = @id FOR NO KEY UPDATE;

-- name: LockExternalRef :exec
SELECT pg_advisory_xact_lock(hashtextextended('external_ref/' || @owner_id::text || '/' || @external_ref::text, 0));

-- name: ExternalRefTaken :one
SELECT EXISTS (
    SELECT 1 FROM properties
    WHERE owner_id = @owner_id AND external_ref = @external_ref AND id <> @other_than::uuid
      AND state NOT IN ('APPROVED', 'VALUED', 'REJECTED', 'WITHDRAWN')
);

-- name: DeleteProperty :execrows
DELETE FROM properties WHERE id = @id;

-- name: PropertiesByOwner :many
SELECT * FROM properties
WHERE owner_id = @owner_id AND (created_at, id) < (@after_at::timestamptz, @after_id::uuid)
ORDER BY created_at DESC, id DESC LIMIT @page_limit::integer;

-- name: CountByState :many
SELECT state, count(*) FROM properties GROUP BY state;

-- name: LockReserved :one
SELECT * FROM properties
WHERE state = 'SUBMITTED' AND reserved_for = @valuer::uuid AND reserved_until > @now::timestamptz AND owner_id <> @valuer::uuid
ORDER BY sla_due_at, id LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED;

-- name: LockNext :one
SELECT * FROM properties
WHERE state = 'SUBMITTED' AND sla_paused_at IS NULL AND owner_id <> @valuer::uuid
  AND (reserved_for IS NULL OR reserved_until <= @now::timestamptz)
ORDER BY sla_due_at, id LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED;

-- What one valuer has, by the indexes of claims and of reservations: a few rows of either.
-- name: HeldBy :many
SELECT id FROM (
    SELECT id FROM properties WHERE claim_valuer_id = @valuer::uuid AND state = 'UNDER_REVIEW'
    UNION ALL
    SELECT id FROM properties WHERE reserved_for = @valuer::uuid AND state = 'SUBMITTED' AND reserved_until > @now::timestamptz
) AS held
WHERE id > @after_id::uuid ORDER BY id LIMIT @page_limit::integer;

-- Idle claims, and what staff who can no longer review still have. The latter begins with the staff,
-- who are few, and finds what each has by the indexes of HeldBy.
-- name: DueIdleClaims :many
SELECT id FROM (
    (SELECT id, claim_heartbeat_at AS since FROM properties
        WHERE state = 'UNDER_REVIEW' AND claim_heartbeat_at <= @before::timestamptz
        ORDER BY claim_heartbeat_at, id LIMIT @page_limit::integer)
    UNION
    SELECT held.id, held.since FROM users AS gone CROSS JOIN LATERAL (
        SELECT id, claim_heartbeat_at AS since FROM properties WHERE claim_valuer_id = gone.id AND state = 'UNDER_REVIEW'
        UNION ALL
        SELECT id, reserved_until - sqlc.arg(reservation)::interval FROM properties
            WHERE reserved_for = gone.id AND state = 'SUBMITTED' AND reserved_until > @now::timestamptz
    ) AS held
    WHERE gone.role <> 'CUSTOMER' AND (gone.disabled OR gone.role NOT IN ('VALUER', 'SUPERVISOR'))
) AS due
ORDER BY since, id LIMIT @page_limit::integer;

-- name: DueFollowUpExpiry :many
SELECT id FROM properties
WHERE state = 'FOLLOW_UP_REQUIRED' AND follow_up_due_at <= @now::timestamptz
ORDER BY follow_up_asked_at, id LIMIT @page_limit::integer;

-- name: DueFollowUpRemind :many
SELECT id FROM properties
WHERE state = 'FOLLOW_UP_REQUIRED' AND follow_up_reminded_at IS NULL AND follow_up_asked_at <= @before::timestamptz
ORDER BY follow_up_asked_at, id LIMIT @page_limit::integer;

-- name: DueSLA :many
SELECT id FROM properties
WHERE state IN ('SUBMITTED', 'UNDER_REVIEW', 'AWAITING_SIGN_OFF') AND sla_alert_at < @now::timestamptz
ORDER BY sla_started_at, id LIMIT @page_limit::integer;

-- name: DueAbandonedDrafts :many
SELECT id FROM properties
WHERE state = 'DRAFT' AND updated_at <= @before::timestamptz
ORDER BY updated_at, id LIMIT @page_limit::integer;

-- name: HasPincode :one
SELECT EXISTS (SELECT FROM properties WHERE owner_id = @owner_id AND pincode = @pincode AND pincode <> '');
