// Package live brings committed events to the live clients of every API replica. PostgreSQL
// numbers them; a Relay copies them to a Broker, the Redis stream, from which all replicas
// read; Feed reads there, and from PostgreSQL what the broker cannot tell.
//
// An event has one id in both, so that a client that moves from one replica or source to
// another misses nothing and hears nothing twice.
//
// It imports domain, ports and internal/cooldown.
package live
