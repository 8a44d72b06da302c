package doctor

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres"
)

// pending compares the migrations of this program with those of the database.
func (d Doctor) pending(ctx context.Context, pool *pgxpool.Pool) (found []Finding, err error) {
	const do = "propflow migrate up, as the owner (runbook, failed migration)"
	var exists bool
	if err := pool.QueryRow(ctx, "SELECT to_regclass('goose_db_version') IS NOT NULL").Scan(&exists); err != nil {
		return nil, err
	}
	if !exists { // reading the status would create the table
		return []Finding{databaseArea.find(Critical, do, "the database was never migrated")}, nil
	}
	m, err := postgres.OpenMigrations(d.Config.DatabaseURL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	all, err := m.Status(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	var newest int64
	for _, migration := range all {
		newest = max(newest, migration.Version)
		if migration.AppliedAt.IsZero() {
			names = append(names, migration.Name)
		}
	}
	at, err := m.Version(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(names) > 0:
		return []Finding{databaseArea.find(Critical, do, "%d of %d migrations are pending: %s", len(names), len(all), strings.Join(names, ", "))}, nil
	case at > newest:
		return []Finding{databaseArea.ok("migrated to version %d by a newer release than this one, which knows %d", at, newest)}, nil
	}
	return []Finding{databaseArea.ok("migrated to version %d, nothing is pending", at)}, nil
}

// rights checks that the application cannot change the audit trail, even if its login leaves the
// application's role.
func rights(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	r, err := row[struct {
		Member  bool
		Role    []string
		Login   []string
		Session string
	}](ctx, pool, `
		WITH forbidden AS (
			SELECT t, p FROM unnest(ARRAY[
				'audit_entries', 'audit_heads', 'audit_anchors', 'security_events', 'security_batches', 'security_seals', 'security_purges']) t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p
			WHERE NOT (t = 'audit_heads' AND p = 'UPDATE'))
		SELECT pg_has_role(current_user, $1, 'MEMBER'),
			coalesce(array_agg(p || ' ' || t ORDER BY t, p) FILTER (WHERE has_table_privilege($1, t, p)), '{}'),
			coalesce(array_agg(p || ' ' || t ORDER BY t, p) FILTER (WHERE has_table_privilege(t, p)), '{}'), current_user::text
		FROM forbidden`, postgres.AppRole)
	if err != nil {
		return nil, err
	}
	switch {
	case !r.Member:
		return []Finding{databaseArea.find(Critical, "GRANT propflow_app TO the login of DATABASE_URL", "login %s is not in role %s: no process can work with it", r.Session, postgres.AppRole)}, nil
	case len(r.Role) > 0:
		return []Finding{databaseArea.find(Critical, "REVOKE it as the owner, then propflow audit verify (runbook, evidence in doubt)", "role %s may change the audit trail: %s", postgres.AppRole, strings.Join(r.Role, ", "))}, nil
	case len(r.Login) > 0:
		return []Finding{databaseArea.find(Warning, "give DATABASE_URL a login that is in role propflow_app and nothing else (deployment guide, step 6)", "login %s may change the audit trail if it leaves its role: it owns the tables or is a superuser", r.Session)}, nil
	}
	return []Finding{databaseArea.ok("neither %s nor login %s may change the audit trail", postgres.AppRole, r.Session)}, nil
}
