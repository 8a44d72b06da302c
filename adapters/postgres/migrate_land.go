package postgres

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// landDrafts is the version of the migration that clears what LAND cannot have from drafts. It is
// a program and no statement, because a statement would keep the locks of all its rows.
const landDrafts = 20

// landBatch is how many drafts it locks at a time, for a few milliseconds.
const landBatch = 500

// clearLandDrafts clears one batch. A higher version refuses the edits of clients that read the
// draft before. What was submitted stays as it is, because the audit chain commits to it, and a
// draft that is written meanwhile by the release before is cleared when it is edited or submitted
// (domain.Property).
const clearLandDrafts = `
WITH batch AS (
    SELECT id FROM properties
    WHERE state = 'DRAFT' AND type = 'LAND' AND num_nonnulls(bedrooms, bathrooms, floor, year_built) > 0
    ORDER BY id LIMIT $1
    FOR NO KEY UPDATE
)
UPDATE properties
SET bedrooms = NULL, bathrooms = NULL, floor = NULL, year_built = NULL, version = version + 1
FROM batch WHERE properties.id = batch.id`

// landMigration cannot be undone: going down leaves the drafts as they are.
func landMigration() *goose.Migration {
	return goose.NewGoMigration(landDrafts, &goose.GoFunc{RunDB: func(ctx context.Context, db *sql.DB) error {
		for {
			result, err := db.ExecContext(ctx, clearLandDrafts, landBatch)
			if err != nil {
				return err
			}
			if cleared, err := result.RowsAffected(); err != nil || cleared == 0 {
				return err
			}
		}
	}}, nil)
}
