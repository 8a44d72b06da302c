// Package postgres stores everything in PostgreSQL: it is the ports.UnitOfWork with all its
// stores, the ports.JobRunner (on River) and the ports.EventFeed of production.
//
// Transactions are READ COMMITTED; what they change is locked by row and checked by version.
// The schema is in package migrations, and the queries are in db/queries, from which sqlc
// generates internal/sqlcgen. The package imports domain, ports, migrations and its drivers.
package postgres
