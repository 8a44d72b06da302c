-- +goose NO TRANSACTION
-- +goose Up
-- Each statement commits by itself, so that no lock lasts longer than a moment; all of them may
-- be run again after a failure. A default that is constant rewrites nothing.
-- The pin at the first submission, null for cases that were submitted before this column: their
-- pin of today is taken for it when it is first moved.
ALTER TABLE properties ADD COLUMN IF NOT EXISTS first_lat double precision;
ALTER TABLE properties ADD COLUMN IF NOT EXISTS first_lng double precision;
ALTER TABLE properties ADD COLUMN IF NOT EXISTS pin_moved_m double precision NOT NULL DEFAULT 0;
ALTER TABLE properties DROP CONSTRAINT IF EXISTS properties_first_pin_whole;
ALTER TABLE properties ADD CONSTRAINT properties_first_pin_whole CHECK (num_nulls(first_lat, first_lng) IN (0, 2)) NOT VALID;
ALTER TABLE properties VALIDATE CONSTRAINT properties_first_pin_whole;
-- {"v":1,"value":[…]}: verdicts that a move of the pin ended.
ALTER TABLE photos ADD COLUMN IF NOT EXISTS past_verdicts jsonb NOT NULL DEFAULT '{"v": 1, "value": []}';
-- The rules under which the valuation was decided, 0 before there was an evidence gate.
ALTER TABLE valuations ADD COLUMN IF NOT EXISTS rule_book integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE valuations DROP COLUMN IF EXISTS rule_book;
ALTER TABLE photos DROP COLUMN IF EXISTS past_verdicts;
ALTER TABLE properties DROP COLUMN IF EXISTS pin_moved_m, DROP COLUMN IF EXISTS first_lng, DROP COLUMN IF EXISTS first_lat;
