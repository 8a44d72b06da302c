//go:build !race

package estimate_test

// raced is whether the race detector is on, which makes everything about ten times slower.
const raced = false
