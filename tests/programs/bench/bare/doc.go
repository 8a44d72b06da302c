// Command bare answers three operations of the API the shortest way: chi, pgx, encoding/json
// and the product's own statements, in the same transactions and sessions, and nothing else.
// It does not authenticate, check requests against the document, limit, count or log: every
// request is that of one valuer. BenchmarkBare compares `propflow serve` with it, and a test
// fails unless both ask PostgreSQL the same and answer the same.
//
// The statements in sql/ are recorded from the product: go test ./tests/programs/bench/bare -update.
//
// The command itself imports nothing of the product; its tests do.
package main
