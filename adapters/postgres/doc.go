// Package postgres keeps everything in PostgreSQL: it is the ports.UnitOfWork with all its
// stores, the ports.JobRunner (on River) and the ports.EventFeed of production.
//
// Transactions are READ COMMITTED; what is changed is locked by row and checked by version.
// The schema lies in package migrations, the queries in db/queries, from which sqlc makes
// internal/sqlcgen. It imports domain, ports, migrations and its drivers.
package postgres
