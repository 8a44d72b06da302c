//go:build !race

package domain_test

// raced says that the race detector slows everything down, about tenfold.
const raced = false
