// Package worker says which use case does each kind of job.
//
// It may import domain, its use cases and ports.
package worker
