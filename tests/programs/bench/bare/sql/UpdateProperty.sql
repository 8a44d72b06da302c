-- name: UpdateProperty :execrows
UPDATE properties
SET id = $1, owner_id = $2, external_ref = $3, reference = $4, type = $5, state = $6,
    salt = $7, line1 = $8, line2 = $9, locality = $10, city = $11, region = $12,
    pincode = $13, area_sqft = $14, bedrooms = $15, bathrooms = $16, floor = $17,
    year_built = $18, lat = $19, lng = $20, accuracy_m = $21, sla_started_at = $22,
    sla_paused_at = $23, sla_paused = $24, sla_stopped_at = $25,
    sla_alerted = $26, sla_due_at = $27, sla_alert_at = $28,
    claim_valuer_id = $29, claimed_at = $30, claim_heartbeat_at = $31,
    reserved_for = $32, reserved_until = $33, follow_ups = $34,
    follow_up_asked_at = $35, follow_up_due_at = $36,
    follow_up_reminded_at = $37, sign_off_flagged_by = $38,
    sign_off_flag_reason = $39, sign_off_flagged_at = $40,
    rejection_code = $41, rejection_note = $42, rejected_by = $43,
    rejected_at = $44, valuation_id = $45, created_at = $46, updated_at = $47,
    submitted_at = $48, reviewed_at = $49, decided_at = $50, version = 1 + $51::bigint,
    first_lat = $52, first_lng = $53, pin_moved_m = $54,
    handovers = $55, restricted_at = $56
WHERE id = $1 AND version = $51::bigint
