// Package e2e tests the whole product over HTTP, as its clients see it: the journeys of
// docs/domain.md, broken input on every operation as every role, and live events, on memory and on
// PostgreSQL, Redis, S3 and the played vendors.
//
// On servers only: outages of each of them, many valuers at one queue, and processes of the
// built binary, also while they are replaced.
package e2e
