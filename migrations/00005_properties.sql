-- +goose Up
CREATE TABLE properties (
    id           uuid PRIMARY KEY,
    owner_id     uuid NOT NULL REFERENCES users,
    external_ref text NOT NULL CHECK (char_length(external_ref) <= 64),
    reference    text CONSTRAINT properties_reference_format CHECK (reference ~ '^PF-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$'),
    type         text NOT NULL CHECK (type IN ('APARTMENT', 'HOUSE', 'VILLA', 'COMMERCIAL', 'LAND')),
    state        text NOT NULL CHECK (state IN ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'FOLLOW_UP_REQUIRED', 'AWAITING_SIGN_OFF',
                                                'APPROVED', 'VALUED', 'REJECTED', 'WITHDRAWN')),
    salt         text NOT NULL CHECK (salt <> ''),

    line1      text NOT NULL,
    line2      text NOT NULL,
    locality   text NOT NULL,
    city       text NOT NULL,
    region     text NOT NULL, -- the state of India
    pincode    text NOT NULL CONSTRAINT properties_pincode_format CHECK (pincode ~ '^([1-9][0-9]{5})?$'),
    area_sqft  integer CHECK (area_sqft > 0),
    bedrooms   integer CHECK (bedrooms >= 0),
    bathrooms  integer CHECK (bathrooms >= 0),
    floor      integer,
    year_built integer CHECK (year_built >= 1800),
    lat        double precision CHECK (lat BETWEEN -90 AND 90),
    lng        double precision CHECK (lng BETWEEN -180 AND 180),
    accuracy_m double precision CHECK (accuracy_m >= 0),
    CONSTRAINT properties_location_whole CHECK (num_nulls(lat, lng, accuracy_m) IN (0, 3)),

    sla_started_at timestamptz,
    sla_paused_at  timestamptz,
    sla_paused     interval    NOT NULL CHECK (sla_paused >= interval '0'), -- the pauses that ended
    sla_stopped_at timestamptz,
    sla_alerted    text        NOT NULL CHECK (sla_alerted IN ('', 'NORMAL', 'SOON', 'URGENT', 'BREACHED')),
    sla_due_at     timestamptz NOT NULL, -- as if no pause ran; year 1 where the clock never started
    sla_alert_at   timestamptz,          -- when the next level is reached, null where there is none to come

    claim_valuer_id    uuid REFERENCES users,
    claimed_at         timestamptz,
    claim_heartbeat_at timestamptz,
    reserved_for       uuid REFERENCES users,
    reserved_until     timestamptz,

    follow_ups            jsonb NOT NULL, -- {"v":1,"rounds":[…]}, read as a whole
    follow_up_asked_at    timestamptz,    -- of the open one
    follow_up_due_at      timestamptz,
    follow_up_reminded_at timestamptz,

    sign_off_flagged_by  uuid REFERENCES users,
    sign_off_flag_reason text,
    sign_off_flagged_at  timestamptz,
    rejection_code       text,
    rejection_note       text,
    rejected_by          uuid REFERENCES users, -- null where PropFlow itself rejected
    rejected_at          timestamptz,
    valuation_id         uuid,

    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    submitted_at timestamptz,
    reviewed_at  timestamptz,
    decided_at   timestamptz,
    version      bigint      NOT NULL CHECK (version >= 0),

    CONSTRAINT properties_submitted CHECK (state IN ('DRAFT', 'WITHDRAWN') OR num_nulls(reference, submitted_at, sla_started_at) = 0),
    CONSTRAINT properties_claim CHECK (
        num_nulls(claim_valuer_id, claimed_at, claim_heartbeat_at) = CASE WHEN state IN ('UNDER_REVIEW', 'AWAITING_SIGN_OFF') THEN 0 ELSE 3 END),
    CONSTRAINT properties_reservation CHECK (num_nulls(reserved_for, reserved_until) IN (0, 2)),
    CONSTRAINT properties_follow_up CHECK (
        num_nulls(follow_up_asked_at, follow_up_due_at) = CASE WHEN state = 'FOLLOW_UP_REQUIRED' THEN 0 ELSE 2 END),
    CONSTRAINT properties_reminder CHECK (follow_up_reminded_at IS NULL OR state = 'FOLLOW_UP_REQUIRED'),
    CONSTRAINT properties_pause CHECK (
        state <> 'FOLLOW_UP_REQUIRED' AND (state <> 'SUBMITTED' OR sla_paused_at IS NULL) OR state = 'FOLLOW_UP_REQUIRED' AND sla_paused_at IS NOT NULL),
    CONSTRAINT properties_sign_off_flag CHECK (num_nulls(sign_off_flagged_by, sign_off_flag_reason, sign_off_flagged_at) IN (0, 3)),
    CONSTRAINT properties_rejection CHECK (
        num_nulls(rejection_code, rejection_note, rejected_at) IN (0, 3) AND (state <> 'REJECTED' OR rejection_code IS NOT NULL)),
    CONSTRAINT properties_decided CHECK (
        state NOT IN ('APPROVED', 'VALUED', 'REJECTED', 'WITHDRAWN')
        OR decided_at IS NOT NULL AND (sla_started_at IS NULL OR sla_stopped_at IS NOT NULL)),
    CONSTRAINT properties_valued CHECK (state NOT IN ('APPROVED', 'VALUED') OR valuation_id IS NOT NULL)
);
-- A reference names one property.
CREATE UNIQUE INDEX properties_reference_key ON properties (reference);
-- An owner's properties, newest first.
CREATE INDEX properties_owner_idx ON properties (owner_id, created_at DESC, id DESC);
-- The queue by due time, the next property to review, the number in each state.
CREATE INDEX properties_due_idx ON properties (state, sla_due_at, id) WHERE sla_paused_at IS NULL;
-- The queue by due time where the clock is paused: what is left does not move.
CREATE INDEX properties_paused_idx ON properties (state, (sla_due_at - sla_paused_at), id) WHERE sla_paused_at IS NOT NULL;
-- Those of them that were paused after a list was begun, which go on in order of due time.
CREATE INDEX properties_paused_at_idx ON properties (state, sla_paused_at) WHERE sla_paused_at IS NOT NULL;
-- The queue by submission, both ways.
CREATE INDEX properties_submitted_idx ON properties (state, (coalesce(submitted_at, '0001-01-01T00:00:00Z'::timestamptz)), id);
-- What one valuer has in hand.
CREATE INDEX properties_claimant_idx ON properties (claim_valuer_id, sla_due_at, id) WHERE claim_valuer_id IS NOT NULL;
-- What waits for one valuer.
CREATE INDEX properties_reserved_idx ON properties (reserved_for, sla_due_at, id) WHERE state = 'SUBMITTED' AND reserved_for IS NOT NULL;
-- The sweeps, each oldest first.
CREATE INDEX properties_heartbeat_idx ON properties (claim_heartbeat_at, id) WHERE state = 'UNDER_REVIEW';
CREATE INDEX properties_follow_up_idx ON properties (follow_up_asked_at, id) WHERE state = 'FOLLOW_UP_REQUIRED';
CREATE INDEX properties_alert_idx ON properties (sla_alert_at) WHERE sla_alert_at IS NOT NULL;
CREATE INDEX properties_draft_idx ON properties (updated_at, id) WHERE state = 'DRAFT';

-- +goose Down
DROP TABLE properties;
