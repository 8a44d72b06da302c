package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// tally counts what the sequences reached, because a model that gets nowhere proves nothing.
type tally struct {
	sequences, steps int
	moves            map[string]int // that succeeded
	refusals         map[string]int // by code
	states           map[domain.State]map[string]bool
	risks            map[domain.Risk]int // of decisions
	blockings        map[domain.BlockingCode]int
}

func newTally() *tally {
	return &tally{
		moves: make(map[string]int), refusals: make(map[string]int), states: make(map[domain.State]map[string]bool),
		risks: make(map[domain.Risk]int), blockings: make(map[domain.BlockingCode]int),
	}
}

func (t *tally) move(what string, err error) {
	t.steps++
	if err != nil {
		t.refusals[domain.CodeOf(err)]++
		return
	}
	t.moves[what]++
}

func (t *tally) state(id domain.PropertyID, s domain.State) {
	if t.states[s] == nil {
		t.states[s] = make(map[string]bool)
	}
	t.states[s][fmt.Sprint(t.sequences, id)] = true
}

func (t *tally) decided(risks []domain.Risk) {
	for _, r := range risks {
		t.risks[r]++
	}
}

func (t *tally) blocked(said []domain.Blocking) {
	for _, b := range said {
		t.blockings[b.Code]++
	}
}

// report prints the counts and fails if something was not reached.
func (t *tally) report(test *testing.T) {
	test.Logf("%d sequences, %d steps", t.sequences, t.steps)
	cases := make(map[domain.State]int)
	for s, ids := range t.states {
		cases[s] = len(ids)
	}
	test.Log("cases that reached a state:", list(cases))
	test.Log("decisions with a risk:", list(t.risks))
	test.Log("reasons that blocked:", list(t.blockings))
	test.Log("moves that succeeded:", list(t.moves))
	test.Log("refusals:", list(t.refusals))
	if t.sequences < sequencesPerRun {
		return
	}
	for _, s := range domain.States {
		assert.NotZero(test, cases[s], "no case reached %s", s)
	}
	for _, r := range domain.Risks {
		assert.NotZero(test, t.risks[r], "no decision had the risk %s", r)
	}
}

func list[K ~string](counts map[K]int) string {
	var words []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%s %d", k, counts[k]))
	}
	return strings.Join(words, ", ")
}
