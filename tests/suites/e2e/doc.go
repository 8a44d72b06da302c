// Package e2e tests the whole product over HTTP, as its clients see it: the journeys of
// docs/domain.md, invalid input to every operation by every role, and live events. It does so
// on memory adapters, and on PostgreSQL, Redis, S3 and the fake vendors.
//
// Some tests run only on servers: outages of each server, many valuers at one queue, and
// processes of the built binary, also while they are replaced.
package e2e
