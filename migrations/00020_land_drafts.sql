-- +goose NO TRANSACTION
-- +goose Up
-- LAND has neither rooms nor floor nor year, which earlier releases took in. Drafts lose them. A
-- submitted case keeps them, because its audit chain commits to them. The version rises, so that an
-- edit of what was read before is refused. Each batch commits by itself, and what is done is done
-- if the migration is run again.
-- +goose StatementBegin
DO $$
BEGIN
    LOOP
        UPDATE properties
        SET bedrooms = NULL, bathrooms = NULL, floor = NULL, year_built = NULL, version = version + 1
        WHERE id IN (
            SELECT id FROM properties
            WHERE state = 'DRAFT' AND type = 'LAND' AND num_nonnulls(bedrooms, bathrooms, floor, year_built) > 0
            LIMIT 500 FOR UPDATE
        );
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
