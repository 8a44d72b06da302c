// Package memory implements every port in process: the default of tests and of the demo.
//
// Store is the unit of work with its job runner and event feed. LoginAttempts, Sessions,
// RateLimiter, Blobs, Inbox and the rest cannot be rolled back, so they refuse to be called
// inside a transaction. ForTest wires one of each to a clock that tests set, to Faults that
// make any call fail, and to a unit of work that reruns at random, so that fast tests catch
// a use case that ignores an error or has side effects inside a transaction.
//
// Nothing survives the process. The package imports only domain, its models and ports.
package memory
