package postgres

import "context"

// Identity returns a name that is unique among the databases of all servers, so that data kept
// elsewhere about this one, such as in Redis, is never taken for another's. A restored dump
// has another identity. Errors: KindUnavailable.
func (s *Store) Identity(ctx context.Context) (identity string, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT system_identifier || '/' || d.oid
		FROM pg_control_system(), pg_database d WHERE d.datname = current_database()`).Scan(&identity)
	return identity, translate(err)
}
