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

// riverStep applies River's own migrations, those of from to to, as the migration of this
// version. There are only two, which run on an empty database. The statements of later River
// migrations become migrations of our own, so that they keep no lock for long and are tested
// like all others (tests/files/migrations).
type riverStep struct {
	version  int64
	from, to int
}

// riverSteps returns two steps, because PostgreSQL does not let the transaction that adds a
// value to a type (River's 4) use it (River's 6).
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

// riverSchema is the placeholder for the name of a schema in River's statements.
const riverSchema = "/* TEMPLATE: schema */"

func apply(ctx context.Context, tx *sql.Tx, version int, statements string) error {
	if _, err := tx.ExecContext(ctx, strings.ReplaceAll(statements, riverSchema, "")); err != nil {
		return fmt.Errorf("river migration %d: %w", version, err)
	}
	return nil
}

// riverLine is River's first migration whose record also names its line.
const riverLine = 5

// note writes River's own record of its migration, as River's command line would.
func (s riverStep) note(ctx context.Context, tx *sql.Tx, version int) error {
	query := "INSERT INTO river_migration (version) VALUES ($1)"
	if version >= riverLine {
		query = "INSERT INTO river_migration (line, version) VALUES ('main', $1)"
	}
	_, err := tx.ExecContext(ctx, query, version)
	return err
}
