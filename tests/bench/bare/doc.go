// Command bare is the baseline of the start-up benchmark: the least server that answers
// GET /health on the address in its only argument.
package main
