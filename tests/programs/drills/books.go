package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// write is an acknowledged write: the nth of its action on a property, as the audit trail
// counts them.
type write struct {
	property, action string
	nth              int
	began, acked     time.Time // by the client's clock
}

func (w write) String() string {
	return fmt.Sprintf("%s number %d on %s, acknowledged at %s", w.action, w.nth, w.property, w.acked.Format("15:04:05.000"))
}

// books record every acknowledged write. They are safe for concurrent use.
type books struct {
	mu     sync.Mutex
	writes []write
	counts map[string]map[string]int // property → action → writes
	owners map[string]*person        // by property
	news   chan struct{}             // closed and replaced at every write
}

func newBooks() *books {
	return &books{counts: make(map[string]map[string]int), owners: make(map[string]*person), news: make(chan struct{})}
}

// enter records an acknowledged write.
func (b *books) enter(owner *person, property, action string, began, acked time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.counts[property] == nil {
		b.counts[property], b.owners[property] = make(map[string]int), owner
	}
	b.counts[property][action]++
	b.writes = append(b.writes, write{property, action, b.counts[property][action], began, acked})
	close(b.news)
	b.news = make(chan struct{})
}

// all returns the writes so far, in the order in which they were acknowledged, and a channel
// that closes at the next.
func (b *books) all() ([]write, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	writes := slices.Clone(b.writes)
	slices.SortStableFunc(writes, func(a, b write) int { return a.acked.Compare(b.acked) })
	return writes, b.news
}

// properties returns the owner of each property that has an acknowledged write.
func (b *books) properties() map[string]*person {
	b.mu.Lock()
	defer b.mu.Unlock()
	owners := make(map[string]*person, len(b.owners))
	for property, owner := range b.owners {
		owners[property] = owner
	}
	return owners
}

// seen counts the entries of audit trails, by property and action.
type seen map[string]map[string]int

// has reports whether the trail of the property has the write.
func (s seen) has(w write) bool { return s[w.property][w.action] >= w.nth }

// loss is the writes that are still there and those that are not.
type loss struct {
	there, lost []write // in the order in which they were acknowledged
}

// compare looks for every write.
func compare(writes []write, s seen) (l loss) {
	for _, w := range writes {
		if s.has(w) {
			l.there = append(l.there, w)
		} else {
			l.lost = append(l.lost, w)
		}
	}
	return l
}

// rpo returns how much time of acknowledged writes was lost at a moment: the time since the
// newest one that is there.
func (l loss) rpo(at time.Time) time.Duration {
	if len(l.there) == 0 {
		return at.Sub(time.Time{})
	}
	return at.Sub(l.there[len(l.there)-1].acked)
}

// holes returns the lost writes that were acknowledged before one that is there was even
// begun. They are faults, because no order of commits explains them.
func (l loss) holes() []string {
	var latest time.Time
	for _, w := range l.there {
		if w.began.After(latest) {
			latest = w.began
		}
	}
	return l.before(latest)
}

// before returns the lost writes that were acknowledged before a moment.
func (l loss) before(moment time.Time) []string {
	var found []string
	for _, w := range l.lost {
		if w.acked.Before(moment) {
			found = append(found, w.String())
		}
	}
	return found
}

// repeated returns the actions that are there more often than they were acknowledged, on
// properties that were created after a moment. On older ones that is no fault, because the
// answer to a write may have been lost.
func (b *books) repeated(s seen, after time.Time) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []string
	for _, w := range b.writes {
		if w.action != "property.created" || w.began.Before(after) {
			continue
		}
		for action, n := range s[w.property] {
			if acked := b.counts[w.property][action]; n > acked {
				found = append(found, fmt.Sprintf("%s on %s is there %d times, acknowledged %d times", action, w.property, n, acked))
			}
		}
	}
	slices.SortFunc(found, strings.Compare)
	return found
}
