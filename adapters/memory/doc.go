// Package memory holds every port in process: the default of tests and of the demo.
//
// Store is the unit of work with its job runner and event feed; OTPs, Sessions,
// RateLimiter, Blobs, Inbox and the rest stand for what lies outside a transaction and
// refuse to be called inside one. ForTest wires one of each to a clock that tests set, to
// Faults that make any call fail, and to a unit of work that reruns at random, so that fast
// tests catch a use case that forgets an error or touches the world inside a transaction.
//
// Nothing survives the process. It imports domain, its models and ports only.
package memory
