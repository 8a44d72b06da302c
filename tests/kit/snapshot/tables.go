package snapshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The tables that are not kept: those of the migrations, which a restored database has already,
// and River's records of its processes.
const others = "^(goose_db_version|migration_history|river_migration|river_leader|river_client.*)$"

// Tables reads the tables of a database, in an order in which they can be filled: a table refers
// only to those that were created before it.
func Tables(ctx context.Context, conn *pgx.Conn) ([]Table, error) {
	rows, err := conn.Query(ctx, `
		SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE c.relkind = 'r' AND c.relname !~ $1
		GROUP BY c.oid, c.relname ORDER BY c.oid`, others)
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Table, err error) { return t, row.Scan(&t.Name, &t.Columns) })
	if err != nil {
		return nil, err
	}
	for i, t := range tables {
		var copied bytes.Buffer
		if _, err := conn.PgConn().CopyTo(ctx, &copied, "COPY "+t.columns()+" TO STDOUT"); err != nil {
			return nil, fmt.Errorf("copy %s: %w", t.Name, err)
		}
		tables[i].Rows = copied.Bytes()
	}
	return tables, nil
}

// columns names the table with its columns, for COPY.
func (t Table) columns() string {
	quoted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		quoted[i] = pgx.Identifier{c}.Sanitize()
	}
	return pgx.Identifier{t.Name}.Sanitize() + " (" + strings.Join(quoted, ", ") + ")"
}

// ErrSchema is the error of a database whose tables are not those of the snapshot.
var ErrSchema = errors.New("the database has another schema than the snapshot")

// Fill replaces the content of a database, which must have the snapshot's Schema, with the
// snapshot's tables. Error: ErrSchema.
func (s Snapshot) Fill(ctx context.Context, conn *pgx.Conn) error {
	there, err := Tables(ctx, conn)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(there, s.Tables, func(a, b Table) bool { return a.columns() == b.columns() })
	if !same {
		return fmt.Errorf("%w: %v", ErrSchema, there)
	}
	names := make([]string, len(s.Tables))
	for i, t := range s.Tables {
		names[i] = pgx.Identifier{t.Name}.Sanitize()
	}
	if _, err := conn.Exec(ctx, "TRUNCATE "+strings.Join(names, ", ")); err != nil {
		return err
	}
	for _, t := range s.Tables {
		if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(t.Rows), "COPY "+t.columns()+" FROM STDIN"); err != nil {
			return fmt.Errorf("fill %s: %w", t.Name, err)
		}
		if err := t.resume(ctx, conn); err != nil {
			return fmt.Errorf("resume the numbers of %s: %w", t.Name, err)
		}
	}
	return nil
}

// resume lets the table's sequences continue after the highest number that was copied.
func (t Table) resume(ctx context.Context, conn *pgx.Conn) error {
	for _, column := range t.Columns {
		table, quoted := pgx.Identifier{t.Name}.Sanitize(), pgx.Identifier{column}.Sanitize()
		var sequence *string
		if err := conn.QueryRow(ctx, "SELECT pg_get_serial_sequence($1, $2)", table, column).Scan(&sequence); err != nil {
			return err
		}
		if sequence == nil {
			continue
		}
		if _, err := conn.Exec(ctx, "SELECT setval($1, max("+quoted+")) FROM "+table, *sequence); err != nil {
			return err
		}
	}
	return nil
}
