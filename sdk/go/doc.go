// Package propflow is the Go client of the PropFlow API. client.gen.go is generated from
// openapi.yaml; the few files beside it make it comfortable: New for a client that turns
// problem+json answers into errors, and Live for live events.
//
// It imports nothing of PropFlow itself.
package propflow
