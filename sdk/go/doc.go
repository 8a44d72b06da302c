// Package propflow is the Go client of the PropFlow API. client.gen.go is generated from
// openapi.yaml. The other files make it easier to use: New returns a client that turns
// problem+json answers into errors, and Live follows live events.
//
// It imports nothing of PropFlow itself.
package propflow
