// Package capacity computes the tables of docs/capacity-plan.md: from what `make load`
// measured per submission (docs/performance.md), from assumptions about people and from
// prices, what tasks, instances and money a number of submissions a day takes.
//
// The test holds the page to it: PROPFLOW_UPDATE=1 go test ./tests/programs/capacity writes it anew.
//
// It imports no other package of the house.
package capacity
