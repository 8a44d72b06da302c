// Package stack runs the whole product as operating-system processes on servers of its own:
// PostgreSQL, Redis and S3, APIs, workers and a scheduler, each of which can be killed and
// started again. Fake vendors run in this process (tests/kit/vendors), so that a test can read
// the codes that were sent and log in with them.
//
// tests/programs/chaos, tests/programs/drills and tests/programs/load use it. It may import
// everything but those.
package stack
