// Package e2e tests the whole product over HTTP, as its clients see it: the journeys of
// product.md, broken input on every operation as every role, and live events.
package e2e
