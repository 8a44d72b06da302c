-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself and may be run again after a failure. The columns are empty in
-- the rows of earlier releases: no claim was handed over, and no event was about one's own claim.
-- {"v":1,"list":[…]}, read as a whole
ALTER TABLE properties ADD COLUMN IF NOT EXISTS handovers jsonb;
ALTER TABLE events ADD COLUMN IF NOT EXISTS lost_by uuid;
ALTER TABLE events ADD COLUMN IF NOT EXISTS given_to uuid;

-- +goose Down
ALTER TABLE events DROP COLUMN IF EXISTS given_to;
ALTER TABLE events DROP COLUMN IF EXISTS lost_by;
ALTER TABLE properties DROP COLUMN IF EXISTS handovers;
