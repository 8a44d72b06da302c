// Package live delivers committed events to the live clients of every API replica. PostgreSQL
// numbers the events. A Relay copies them to a Broker, the Redis stream, from which all replicas
// read. Feed reads the broker, and PostgreSQL for what the broker does not have.
//
// An event has the same id in both, so that a client that changes from one replica or source to
// another neither misses an event nor receives one twice.
//
// It imports domain, ports and internal/cooldown.
package live
