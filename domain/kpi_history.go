package domain

import (
	"slices"
	"time"
)

// history is what happened to one case, oldest first.
type history []Step

type histories map[PropertyID]history

func historiesOf(steps []Step) histories {
	all := histories{}
	for _, s := range steps {
		all[s.PropertyID] = append(all[s.PropertyID], s)
	}
	for _, h := range all {
		slices.SortStableFunc(h, func(a, b Step) int { return a.At.Compare(b.At) })
	}
	return all
}

func (h history) first(kind StepKind) (Step, bool) {
	i := slices.IndexFunc(h, func(s Step) bool { return s.Kind == kind })
	if i < 0 {
		return Step{}, false
	}
	return h[i], true
}

func (h history) lastBefore(kind StepKind, at time.Time) (Step, bool) {
	for _, s := range slices.Backward(h) {
		if s.Kind == kind && !s.At.After(at) {
			return s, true
		}
	}
	return Step{}, false
}

// has reports whether one of the kinds first happened within the time.
func (h history) has(in func(time.Time) bool, kinds ...StepKind) bool {
	return slices.ContainsFunc(kinds, func(kind StepKind) bool {
		s, ok := h.first(kind)
		return ok && in(s.At)
	})
}

func (all histories) count(in func(time.Time) bool, kinds ...StepKind) int {
	n := 0
	for _, h := range all {
		if h.has(in, kinds...) {
			n++
		}
	}
	return n
}

func (all histories) both(in func(time.Time) bool, a, b StepKind) int {
	n := 0
	for _, h := range all {
		if h.has(in, a) && h.has(in, b) {
			n++
		}
	}
	return n
}

// completion is the time from creation to the first submission.
func (h history) completion() (from, to Step, ok bool) {
	to, submitted := h.first(StepSubmitted)
	from, created := h.first(StepCreated)
	return from, to, created && submitted
}

// review is the time from the last claim to a person's decision: an expired follow-up is
// nobody's.
func (h history) review() (from, to Step, ok bool) {
	to, ok = h.first(StepApproved)
	if !ok {
		to, ok = h.first(StepRejected)
		ok = ok && to.UserID != ""
	}
	from, claimed := h.lastBefore(StepClaimed, to.At)
	return from, to, ok && claimed
}

// medianMinutes is the median of spans that end within the time; nil where there are none.
func (all histories) medianMinutes(in func(time.Time) bool, span func(history) (from, to Step, ok bool)) *float64 {
	var minutes []float64
	for _, h := range all {
		if from, to, ok := span(h); ok && in(to.At) {
			minutes = append(minutes, to.At.Sub(from.At).Minutes())
		}
	}
	if len(minutes) == 0 {
		return nil
	}
	m := median(minutes)
	return &m
}

func count(steps []Step, kind StepKind, in func(time.Time) bool) int {
	n := 0
	for _, s := range steps {
		if s.Kind == kind && in(s.At) {
			n++
		}
	}
	return n
}

func ratio(part, whole float64) *float64 {
	if whole <= 0 {
		return nil
	}
	r := part / whole
	return &r
}

func percent(part, whole float64) *float64 {
	r := ratio(part, whole)
	if r != nil {
		*r *= 100
	}
	return r
}
