// Command drills loses a store of the product while people work with it, brings it back as
// docs/ops/runbook.md describes, and compares what is there then with every write that was
// acknowledged.
//
//	go run ./tests/programs/drills restore    # PostgreSQL: killed, its data deleted, restored from base backup and WAL archive
//	go run ./tests/programs/drills files      # S3: objects deleted and overwritten, brought back from their versions
//	go run ./tests/programs/drills redis      # Redis: emptied
//	go run ./tests/programs/drills migrate    # PostgreSQL: migrated while a reader and a writer keep their transactions open
//
// Each prints what was lost (RPO) and how long the recovery took (RTO), or how long requests
// took, and fails if anything is wrong. --spoil spoils the recovery on purpose, to see that the
// drill fails then.
//
// It may import everything.
package main
