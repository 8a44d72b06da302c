//go:build race

package estimate_test

// raced says that the race detector slows everything down, about tenfold.
const raced = true
