package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// insufficientPrivilege is PostgreSQL's code for an operation that the role may not do.
const insufficientPrivilege = "42501"

// explain adds instructions to the error of a migration that may not use another role's
// functions. Migration 9 grants everything in schema public, and PostgreSQL refuses that if
// the migrating role may not call one of the functions there. That is so for some of
// pg_stat_statements, because cloud vendors install it as a role of their own.
func (m *Migrations) explain(ctx context.Context, err error) error {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) || failure.Code != insufficientPrivilege {
		return err
	}
	foreign, lookup := m.closedExtensions(ctx)
	if lookup != nil || len(foreign) == 0 {
		return err
	}
	moves := make([]string, len(foreign))
	for i, name := range foreign {
		moves[i] = fmt.Sprintf("ALTER EXTENSION %q SET SCHEMA extensions;", name)
	}
	return fmt.Errorf("%w\nSchema public holds functions of %s that this role may not use, and so may not grant. "+
		"Give extensions a schema of their own, as the role that installed them, and migrate again:\n"+
		"  CREATE SCHEMA IF NOT EXISTS extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC; %s",
		err, strings.Join(foreign, ", "), strings.Join(moves, " "))
}

// closedExtensions lists the extensions with a function in schema public that the role may
// not call.
func (m *Migrations) closedExtensions(ctx context.Context) (names []string, err error) {
	rows, err := m.db.QueryContext(ctx, `
		SELECT DISTINCT e.extname
		FROM pg_proc p
		JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
		WHERE p.pronamespace = 'public'::regnamespace AND NOT has_function_privilege(p.oid, 'EXECUTE')
		ORDER BY e.extname`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err returns what went wrong
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
