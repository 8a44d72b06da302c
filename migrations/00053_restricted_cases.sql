-- +goose Up
-- When the owner asked for erasure of the decided case. Staff do not see it from then on.
ALTER TABLE properties ADD COLUMN restricted_at timestamptz;

-- +goose Down
ALTER TABLE properties DROP COLUMN restricted_at;
