-- +goose Up
CREATE TABLE comparables (
    id         uuid PRIMARY KEY,
    source     text NOT NULL CHECK (source IN ('REGISTRY', 'LENDER', 'BROKER')),
    source_id  text NOT NULL CHECK (source_id <> ''),
    type       text NOT NULL CHECK (type IN ('APARTMENT', 'HOUSE', 'VILLA', 'COMMERCIAL', 'LAND')),
    locality   text NOT NULL,
    city       text NOT NULL,
    pincode    text NOT NULL CONSTRAINT comparables_pincode_format CHECK (pincode ~ '^[1-9][0-9]{5}$'),
    lat        double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lng        double precision NOT NULL CHECK (lng BETWEEN -180 AND 180),
    area_sqft  integer NOT NULL CHECK (area_sqft > 0),
    bedrooms   integer CHECK (bedrooms >= 0),
    bathrooms  integer CHECK (bathrooms >= 0),
    year_built integer CHECK (year_built >= 1800),
    price      bigint  NOT NULL CHECK (price > 0),
    sold_on    date    NOT NULL,
    created_by uuid    NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL
);
-- A source gives a sale of one number once.
CREATE UNIQUE INDEX comparables_source_key ON comparables (source, source_id);
-- The search around a place: bands of 0.02° of latitude (2.2 km), and in each a span of
-- longitudes, so that it reads hardly more than lies in the box.
CREATE INDEX comparables_place_idx ON comparables (type, (floor(lat * 50)::integer), lng);

CREATE TABLE valuations (
    id           uuid PRIMARY KEY,
    property_id  uuid    NOT NULL REFERENCES properties,
    number       integer NOT NULL CHECK (number > 0),
    valuer_id    uuid    NOT NULL REFERENCES users,
    amount       bigint  NOT NULL CHECK (amount > 0), -- whole rupees
    methodology  text    NOT NULL CHECK (methodology IN ('SALES_COMPARISON', 'COST', 'INCOME')),
    comparables  jsonb   NOT NULL, -- {"v":1,"list":[…]}: the chosen sales as they were then
    fewer_reason text    NOT NULL,
    rationale    text    NOT NULL,
    suggestion   jsonb   NOT NULL, -- {"v":1,…}: what the model said then
    confidence   integer NOT NULL CHECK (confidence BETWEEN 0 AND 100),
    status       text    NOT NULL CHECK (status IN ('AWAITING_SIGN_OFF', 'RETURNED', 'APPROVED')),
    risks        text[]  NOT NULL,

    sign_off_by   uuid REFERENCES users,
    sign_off_at   timestamptz,
    return_reason text,
    report_key       text NOT NULL, -- empty until stored
    report_sha256    text NOT NULL,
    report_stored_at timestamptz,
    report_failed_at timestamptz,
    report_retries   integer NOT NULL CHECK (report_retries >= 0),

    created_at  timestamptz NOT NULL,
    approved_at timestamptz,
    version     bigint      NOT NULL CHECK (version >= 0),

    CONSTRAINT valuations_sign_off CHECK (num_nulls(sign_off_by, sign_off_at, return_reason) IN (0, 3))
);
-- A property's versions, in order; each exists once.
CREATE UNIQUE INDEX valuations_number_key ON valuations (property_id, number);
-- One version is in force at most.
CREATE UNIQUE INDEX valuations_in_force_key ON valuations (property_id) WHERE status IN ('AWAITING_SIGN_OFF', 'APPROVED');

-- +goose Down
DROP TABLE valuations, comparables;
