// Command drills loses a store of the product while people work with it, brings it back as
// docs/ops/runbook.md says, and holds what is there then against every write that was
// acknowledged.
//
//	go run ./tests/programs/drills restore    # PostgreSQL: killed, its data deleted, restored from base backup and WAL archive
//	go run ./tests/programs/drills files      # S3: objects deleted and overwritten, brought back from their versions
//	go run ./tests/programs/drills redis      # Redis: emptied
//	go run ./tests/programs/drills migrate    # PostgreSQL: migrated while a reader and a writer keep their transactions open
//
// Each prints what was lost (RPO) and for how long (RTO), or how long requests took, and fails
// where anything is wrong.
// --spoil spoils the recovery on purpose: then the drill has to fail.
//
// It may import everything.
package main
