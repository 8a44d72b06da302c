// Package capacity computes the tables of docs/capacity-plan.md: which tasks, instances and
// money a number of submissions a day takes. It starts from what `make load` measured per
// submission (docs/performance.md), from assumptions about people, and from prices.
//
// A test fails if the page differs. It is rewritten by
// PROPFLOW_UPDATE=1 go test ./tests/programs/capacity.
//
// It imports no other package of the repository.
package capacity
