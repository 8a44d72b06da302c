// Package snapshot keeps everything that a release of the product stored, so that a later release
// can be tested on it: the rows of its tables, the objects of its bucket, and the requests that it
// answered under an Idempotency-Key.
//
// tests/programs/snapshot takes one, and tests/suites/upgrade restores it. Rows are kept as
// PostgreSQL copies them, because pg_dump must be as new as its server. It imports
// pgx, domain and ports.
package snapshot
