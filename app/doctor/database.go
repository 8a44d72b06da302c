package doctor

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres"
)

const databaseArea area = "database"

// version is the version of PostgreSQL with which the product is tested.
const version = 16

// database returns the checks of the server, the schema and the activity in it.
func (d Doctor) database(b *database) []check {
	return []check{
		{string(databaseArea), "way to the server", b.reach},
		b.on(databaseArea, "server", server),
		{string(databaseArea), "pooler", b.pooler},
		b.on(databaseArea, "connections", connections),
		b.on(databaseArea, "migrations", d.pending),
		b.on(databaseArea, "rights", rights),
		b.on(databaseArea, "locks", d.locks),
		b.on(databaseArea, "idle transactions", d.idle),
		b.on(databaseArea, "slow statements", d.slow),
		b.on(databaseArea, "tables", tables),
		b.on(databaseArea, "replication slots", slots),
		b.on(databaseArea, "second factors", d.factors),
	}
}

// reach reports why there is no connection to the database, or nothing if there is one.
func (b *database) reach(ctx context.Context) []Finding {
	select {
	case <-b.ready:
	case <-ctx.Done():
		return []Finding{databaseArea.unreachable(context.DeadlineExceeded)}
	}
	switch {
	case b.skipped != "":
		return []Finding{databaseArea.find(Warning, "set it first", "not checked, as %s cannot be used", b.skipped)}
	case b.fault != nil:
		return []Finding{databaseArea.unreachable(b.fault)}
	}
	return nil
}

// pooler checks that nothing between drops what the application asks for as it connects.
func (b *database) pooler(ctx context.Context) []Finding {
	select {
	case <-b.ready:
	case <-ctx.Done():
		return nil // the way to the server is another check's
	}
	if b.pool == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, b.patience)
	defer cancel()
	dropped, err := postgres.Dropped(ctx, b.pool.Config().ConnString())
	switch {
	case err != nil:
		return []Finding{databaseArea.unanswered("pooler", err)}
	case len(dropped) > 0:
		return []Finding{databaseArea.find(Critical, "set them for the login (docs/ops/poolers.md), or connect to the server itself",
			"a pooler drops %s from the start of connections", strings.Join(dropped, ", "))}
	}
	return []Finding{databaseArea.ok("connections get the role and the timeouts that they ask for")}
}

// server checks the version, and whether the server accepts writes.
func server(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	s, err := row[struct {
		Number   int
		Name     string
		Recovery bool
		ReadOnly bool
	}](ctx, pool, `SELECT current_setting('server_version_num')::int / 10000, split_part(current_setting('server_version'), ' ', 1), pg_is_in_recovery(),
		coalesce((SELECT bool_or(c = 'default_transaction_read_only=on') FROM pg_db_role_setting, unnest(setconfig) c
			WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
			AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))), false)`)
	if err != nil {
		return nil, err
	}
	var found []Finding
	switch {
	case s.Number == version:
		found = append(found, databaseArea.ok("PostgreSQL %s answers", s.Name))
	case s.Number < version:
		found = append(found, databaseArea.find(Critical, "upgrade the server to PostgreSQL 16", "PostgreSQL %s is older than %d", s.Name, version))
	default:
		found = append(found, databaseArea.find(Warning, "run the tests on this version, or go back to 16", "PostgreSQL %s is newer than %d, which the tests use", s.Name, version))
	}
	if s.Recovery || s.ReadOnly {
		found = append(found, databaseArea.find(Critical, "point DATABASE_URL at the primary, or promote this one (runbook, database lost)", "the server takes no writes"))
	}
	return found, nil
}

// connections compares the connections in use with the number available to ordinary roles.
func connections(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	c, err := row[struct {
		Used, Most int
		Who        []string
	}](ctx, pool, `
		WITH sessions AS (
			SELECT CASE WHEN application_name = '' THEN 'no name' ELSE left(application_name, 40) END || ' ' || coalesce(state, 'hidden') AS who, count(*) AS n
			FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1)
		SELECT coalesce(sum(n), 0)::int,
			current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - current_setting('reserved_connections')::int,
			array_agg(n || ' ' || who ORDER BY n DESC, who)
		FROM sessions`)
	if err != nil {
		return nil, err
	}
	return []Finding{usage(c.Used, c.Most, c.Who)}, nil
}

// usage grades the number of connections in use by the limits of the alarm DatabaseConnections.
func usage(used, most int, who []string) Finding {
	return databaseArea.judged(grade(100*used/max(1, most), 80, 95),
		"end idle transactions, lower the number of tasks or raise database_connections (runbook, database connections)",
		"%d of %d connections are in use: %s", used, most, strings.Join(who[:min(len(who), 6)], ", "))
}
