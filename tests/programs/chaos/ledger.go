package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// fact is something that is true of a case: what an acknowledged write made true, or what the
// product returns afterwards. Both are written the same way, so that they can be compared.
type fact struct {
	property string
	what     string // kind of fact
	about    string // whom or what it concerns
	value    string
}

func (f fact) String() string {
	return fmt.Sprintf("property %s: %s of %s is %s", f.property, f.what, f.about, f.value)
}

// ledger records every acknowledged write. It is safe for concurrent use.
type ledger struct {
	mu    sync.Mutex
	facts map[fact]int
	count int
	done  chan struct{} // closed and replaced at every write
}

func newLedger() *ledger { return &ledger{facts: make(map[fact]int), done: make(chan struct{})} }

// write records that a write was acknowledged, and the facts that it made.
func (l *ledger) write(facts ...fact) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	for _, f := range facts {
		l.facts[f]++
	}
	close(l.done)
	l.done = make(chan struct{})
}

// replace removes facts that a later write made untrue.
func (l *ledger) replace(property, what, about string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.facts, func(f fact, _ int) bool { return f.property == property && f.what == what && f.about == about })
}

// forget records that the deletion of a case was acknowledged, and removes all its facts.
func (l *ledger) forget(property string) {
	l.mu.Lock()
	maps.DeleteFunc(l.facts, func(f fact, _ int) bool { return f.property == property })
	l.mu.Unlock()
	l.write()
}

// writes returns how many writes were acknowledged, and a channel that closes at the next.
func (l *ledger) writes() (int, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count, l.done
}

// exclusive are the kinds of facts that may not be observed more often than they were
// acknowledged, because what a client did once must not happen twice.
var exclusive = []string{"action", "photo", "valuation", "consent", "notification", "chain"}

// compare returns a line for every acknowledged fact that is not observed as often, and for
// every fact of an exclusive kind that is observed more often than it was acknowledged.
func (l *ledger) compare(observed map[fact]int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var faults []string
	for f, n := range l.facts {
		if observed[f] < n {
			faults = append(faults, fmt.Sprintf("acknowledged %d times, there %d times: %s%s", n, observed[f], f, instead(f, observed)))
		}
	}
	for f, n := range observed {
		if slices.Contains(exclusive, f.what) && n > l.facts[f] {
			faults = append(faults, fmt.Sprintf("there %d times, acknowledged %d times: %s", n, l.facts[f], f))
		}
	}
	slices.Sort(faults)
	return faults
}

// instead returns the values observed in place of a missing fact, for the message about it, or
// an empty string if there are none.
func instead(missing fact, observed map[fact]int) string {
	var found []string
	for f := range observed {
		if f.property == missing.property && f.what == missing.what && f.about == missing.about {
			found = append(found, f.value)
		}
	}
	if len(found) == 0 {
		return ""
	}
	slices.Sort(found)
	return " (instead: " + strings.Join(found, ", ") + ")"
}
