// Package bench measures whole processes against a named baseline in the same run. It prints
// figures and ratios and asserts none, because machines differ.
package bench
