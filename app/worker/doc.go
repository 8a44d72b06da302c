// Package worker maps each kind of job to its use case.
//
// It may import domain, its use cases and ports.
package worker
