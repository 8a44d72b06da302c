-- +goose Up
-- Every version of the settings: who made it, when, and its figures. Version 0 are the defaults
-- that the first change replaced. Users are never deleted; without a foreign key to them, this
-- migration locks no other table while it copies the settings in force.
CREATE TABLE settings_history (
    version                   bigint PRIMARY KEY CHECK (version >= 0),
    min_confidence            integer          NOT NULL,
    sign_off_amount           bigint           NOT NULL,
    max_deviation_percent     double precision NOT NULL,
    min_comparables           integer          NOT NULL,
    search_radius_km          double precision NOT NULL,
    comparable_max_age_months integer          NOT NULL,
    updated_at                timestamptz,
    updated_by                uuid
);
INSERT INTO settings_history
SELECT version, min_confidence, sign_off_amount, max_deviation_percent, min_comparables, search_radius_km,
       comparable_max_age_months, updated_at, updated_by
FROM settings;

-- +goose Down
DROP TABLE settings_history;
