package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// riverStep makes River's tables from River's own migrations, those of from to to, as our
// migration of this version. These two run on an empty database only. The statements of a newer
// one of theirs become migrations of ours, so that they keep no lock for long and are tested as
// all others (tests/files/migrations).
type riverStep struct {
	version  int64
	from, to int
}

// riverSteps are two because PostgreSQL does not let the transaction that adds a value to a
// type (their 4) use it (their 6).
func riverSteps() []riverStep { return []riverStep{{2, 1, 4}, {3, 5, 8}} }

func (s riverStep) name() string { return fmt.Sprintf("%05d_river_%d_to_%d", s.version, s.from, s.to) }

func riverMigrations() ([]*goose.Migration, error) {
	theirs, err := rivermigrate.New(riverpgxv5.New(nil), nil)
	if err != nil {
		return nil, err
	}
	var ours []*goose.Migration
	for _, step := range riverSteps() {
		up := &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for version := step.from; version <= step.to; version++ {
				migration, err := theirs.GetVersion(version)
				if err != nil {
					return err
				}
				if err := apply(ctx, tx, version, migration.SQLUp); err != nil {
					return err
				}
				if err := step.note(ctx, tx, version); err != nil {
					return err
				}
			}
			return nil
		}}
		down := &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for version := step.to; version >= step.from; version-- {
				migration, err := theirs.GetVersion(version)
				if err != nil {
					return err
				}
				if _, err := tx.ExecContext(ctx, "DELETE FROM river_migration WHERE version = $1", version); err != nil {
					return err
				}
				if err := apply(ctx, tx, version, migration.SQLDown); err != nil {
					return err
				}
			}
			return nil
		}}
		ours = append(ours, goose.NewGoMigration(step.version, up, down))
	}
	return ours, nil
}

// riverSchema stands in River's statements where the name of a schema may stand.
const riverSchema = "/* TEMPLATE: schema */"

func apply(ctx context.Context, tx *sql.Tx, version int, statements string) error {
	if _, err := tx.ExecContext(ctx, strings.ReplaceAll(statements, riverSchema, "")); err != nil {
		return fmt.Errorf("river migration %d: %w", version, err)
	}
	return nil
}

// riverLine is the version of theirs from which on a migration also names its line.
const riverLine = 5

// note writes River's own record of its migration, as its command line would.
func (s riverStep) note(ctx context.Context, tx *sql.Tx, version int) error {
	query := "INSERT INTO river_migration (version) VALUES ($1)"
	if version >= riverLine {
		query = "INSERT INTO river_migration (line, version) VALUES ('main', $1)"
	}
	_, err := tx.ExecContext(ctx, query, version)
	return err
}
