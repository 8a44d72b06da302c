package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/app/config"
)

// Migrate performs one action on the database's schema and prints the result: up, down (one
// step), status, history or version.
func Migrate(ctx context.Context, cfg config.Migrations, action string, out io.Writer) (err error) {
	m, err := postgres.OpenMigrations(cfg.URL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer func() { err = errors.Join(err, table.Flush()) }()
	switch action {
	case "up":
		m.Report = func(line string) { _, _ = fmt.Fprintln(out, line) }
		applied, err := m.Up(ctx)
		_, _ = fmt.Fprintf(table, "applied\t%v\n", applied)
		return err
	case "down":
		m.Report = func(line string) { _, _ = fmt.Fprintln(out, line) }
		return stepDown(ctx, m, table)
	case "status":
		return printStatus(ctx, m, table)
	case "history":
		return printHistory(ctx, m, table)
	case "version":
		version, err := m.Version(ctx)
		_, _ = fmt.Fprintln(table, version)
		return err
	default:
		return fmt.Errorf("unknown migration action %q", action)
	}
}

// migrationFolder is the folder of migrations in a checkout.
const migrationFolder = "migrations"

// CreateMigration writes an empty migration with the next number and prints its path. It works
// only at the root of a checkout, because migrations are embedded in the program.
func CreateMigration(name string, out io.Writer) error {
	if info, err := os.Stat(migrationFolder); err != nil || !info.IsDir() {
		return errors.New("there is no folder ./migrations here: create migrations at the root of a checkout of PropFlow")
	}
	path, err := postgres.CreateMigration(migrationFolder, name)
	if err == nil {
		_, err = fmt.Fprintln(out, "created", path)
	}
	return err
}

// stepDown reverts the newest applied migration.
func stepDown(ctx context.Context, m *postgres.Migrations, out io.Writer) error {
	all, err := m.Status(ctx)
	if err != nil {
		return err
	}
	var before, newest int64
	for _, migration := range all {
		if !migration.AppliedAt.IsZero() {
			before, newest = newest, migration.Version
		}
	}
	if newest == 0 {
		_, _ = fmt.Fprintln(out, "nothing is applied")
		return nil
	}
	undone, err := m.Down(ctx, before)
	_, _ = fmt.Fprintf(out, "undone\t%v\n", undone)
	return err
}

func printStatus(ctx context.Context, m *postgres.Migrations, out io.Writer) error {
	all, err := m.Status(ctx)
	if err != nil {
		return err
	}
	for _, migration := range all {
		state := "pending"
		if !migration.AppliedAt.IsZero() {
			state = "applied " + migration.AppliedAt.UTC().Format(time.RFC3339)
		}
		_, _ = fmt.Fprintf(out, "%d\t%s\t%s\n", migration.Version, migration.Name, state)
	}
	return nil
}

func printHistory(ctx context.Context, m *postgres.Migrations, out io.Writer) error {
	history, err := m.History(ctx)
	if err != nil {
		return err
	}
	for _, step := range history {
		_, _ = fmt.Fprintf(out, "%s\t%s\t%d\t%s\n", step.At.UTC().Format(time.RFC3339), step.Direction, step.Version, step.By)
	}
	return nil
}
