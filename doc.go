// Package propflow embeds openapi.yaml, the contract that the rest is generated from or
// checked against. It is at the root because go:embed reaches no folder above its own. It
// imports nothing.
package propflow
