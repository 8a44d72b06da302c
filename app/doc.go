// Package app composes PropFlow: it connects every use case to its adapters, serves the API and
// runs the jobs. Main, the tests and the benchmarks all start the product through it.
//
// It may import everything but cmd and tests.
package app
