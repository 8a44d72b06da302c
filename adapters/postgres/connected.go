package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// PoolerError is returned for a connection on which the server does not do what was asked for at
// the start, because something between drops it.
type PoolerError struct {
	// Faults name what differs, for example "current_user is propflow_owner, not propflow_app".
	Faults []string
}

// Error names what differs, and the usual reason.
func (e *PoolerError) Error() string {
	return "the database's session is not as it was asked for: " + strings.Join(e.Faults, "; ") +
		": a pooler such as PgBouncer (ignore_startup_parameters) or RDS Proxy drops startup parameters; see docs/ops/poolers.md"
}

// guarded are the parameters without which the process must not work: as the schema's owner it
// could change the audit chains, and without timeouts one lost client could stop all others.
var guarded = []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"}

// checkSession asks the server who the connection acts as and which timeouts it has. Errors:
// PoolerError, and those of the driver.
func checkSession(ctx context.Context, conn *pgx.Conn) error {
	asked := conn.Config().RuntimeParams
	values := make([]string, len(guarded))
	var user string
	into := []any{&user}
	query := "SELECT current_user"
	for i, name := range guarded {
		// setting is in the parameter's unit, milliseconds, as it was asked for
		query += fmt.Sprintf(", (SELECT setting FROM pg_settings WHERE name = '%s')", name)
		into = append(into, &values[i])
	}
	// Not prepared, because a pooler may give the next statement another server connection.
	if err := conn.QueryRow(ctx, query, pgx.QueryExecModeSimpleProtocol).Scan(into...); err != nil {
		return err
	}
	var faults []string
	if user != asked["role"] {
		faults = append(faults, fmt.Sprintf("current_user is %s, not %s", user, asked["role"]))
	}
	for i, name := range guarded {
		if values[i] != asked[name] {
			faults = append(faults, fmt.Sprintf("%s is %s ms, not %s ms", name, values[i], asked[name]))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return &PoolerError{faults}
}

// Dropped returns which of the parameters that the application asks for a server did not take over,
// as the doctor shows them. url names the database. Errors: the connection cannot be made.
func Dropped(ctx context.Context, url string) ([]string, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database's url cannot be read") // the error may quote the password
	}
	Options{}.withDefaults().configure(config)
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	settings := make(map[string]string)
	rows, err := conn.Query(ctx, "SELECT lower(name), setting FROM pg_settings WHERE lower(name) = ANY($1)", pgx.QueryExecModeSimpleProtocol, slices.Collect(maps.Keys(config.RuntimeParams)))
	if err != nil {
		return nil, err
	}
	var name, value string
	if _, err := pgx.ForEachRow(rows, []any{&name, &value}, func() error { settings[name] = value; return nil }); err != nil {
		return nil, err
	}
	var user string
	if err := conn.QueryRow(ctx, "SELECT current_user", pgx.QueryExecModeSimpleProtocol).Scan(&user); err != nil {
		return nil, err
	}
	settings["role"] = user
	var dropped []string
	for name, value := range config.RuntimeParams {
		if !strings.EqualFold(settings[name], value) {
			dropped = append(dropped, name)
		}
	}
	slices.Sort(dropped)
	return dropped, nil
}
