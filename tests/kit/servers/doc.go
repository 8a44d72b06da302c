// Package servers gives tests a PostgreSQL 16, a Redis 7 and an S3 server that checks
// signatures, and a Proxy that breaks the way to them.
//
// Each is taken from the environment (TEST_DATABASE_URL; TEST_REDIS_ADDR; TEST_S3_ENDPOINT
// with TEST_S3_ACCESS_KEY and TEST_S3_SECRET_KEY) or else started on a free port of the
// loopback interface: from an installed program, from one that is installed now (npm, apt,
// go install), or from a container. Where none can be had the test is skipped, or fails
// where REQUIRE_REAL=1.
//
// A test process starts at most one server of each kind, when a test first asks for it, and
// the server ends with the process, however that ends. Parallel tests share it, each with a
// database, a key prefix or a bucket of its own.
//
// It imports no other package of the house.
package servers
