// Package migrations contains the schema of PropFlow's PostgreSQL database as goose
// migrations, which adapters/postgres runs and sqlc reads. River's own tables are migrations 2
// and 3, which adapters/postgres makes from River's library; migration 20 is a program there, which
// changes rows in batches. It imports nothing.
package migrations
