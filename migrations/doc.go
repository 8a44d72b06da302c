// Package migrations holds the schema of PropFlow's PostgreSQL database as goose
// migrations: what the adapter runs, and what sqlc reads. River's own tables are migrations 2
// and 3, which adapters/postgres makes from River's library. It imports nothing.
package migrations
