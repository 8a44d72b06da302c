package postgres

import "context"

// Identity names the database among all databases of all servers, so that what is kept
// outside about one is never taken for another's. A restored dump has another identity. Error:
// KindUnavailable.
func (s *Store) Identity(ctx context.Context) (identity string, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT system_identifier || '/' || d.oid
		FROM pg_control_system(), pg_database d WHERE d.datname = current_database()`).Scan(&identity)
	return identity, translate(err)
}
