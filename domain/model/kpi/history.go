package kpi

import (
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// history is what happened to one case, oldest first.
type history []domain.Step

type histories map[domain.PropertyID]history

func historiesOf(steps []domain.Step) histories {
	all := histories{}
	for _, s := range steps {
		all[s.PropertyID] = append(all[s.PropertyID], s)
	}
	for _, h := range all {
		slices.SortStableFunc(h, func(a, b domain.Step) int { return a.At.Compare(b.At) })
	}
	return all
}

func (h history) first(kind domain.StepKind) (domain.Step, bool) {
	i := slices.IndexFunc(h, func(s domain.Step) bool { return s.Kind == kind })
	if i < 0 {
		return domain.Step{}, false
	}
	return h[i], true
}

func (h history) lastBefore(kind domain.StepKind, at time.Time) (domain.Step, bool) {
	for _, s := range slices.Backward(h) {
		if s.Kind == kind && !s.At.After(at) {
			return s, true
		}
	}
	return domain.Step{}, false
}

// has reports whether the first step of one of the kinds is in the period.
func (h history) has(in func(time.Time) bool, kinds ...domain.StepKind) bool {
	return slices.ContainsFunc(kinds, func(kind domain.StepKind) bool {
		s, ok := h.first(kind)
		return ok && in(s.At)
	})
}

func (all histories) count(in func(time.Time) bool, kinds ...domain.StepKind) int {
	n := 0
	for _, h := range all {
		if h.has(in, kinds...) {
			n++
		}
	}
	return n
}

func (all histories) both(in func(time.Time) bool, a, b domain.StepKind) int {
	n := 0
	for _, h := range all {
		if h.has(in, a) && h.has(in, b) {
			n++
		}
	}
	return n
}

// completion returns the steps of creation and first submission, and whether there are both.
func (h history) completion() (from, to domain.Step, ok bool) {
	to, submitted := h.first(domain.StepSubmitted)
	from, created := h.first(domain.StepCreated)
	return from, to, created && submitted
}

// review returns the steps of the last claim and of the person's decision that followed it, and
// whether there are both. The rejection of an expired follow-up is no person's: it has no user.
func (h history) review() (from, to domain.Step, ok bool) {
	to, ok = h.first(domain.StepApproved)
	if !ok {
		to, ok = h.first(domain.StepRejected)
		ok = ok && to.UserID != ""
	}
	from, claimed := h.lastBefore(domain.StepClaimed, to.At)
	return from, to, ok && claimed
}

// medianMinutes returns the median of the spans that end in the period, nil if there are none.
func (all histories) medianMinutes(in func(time.Time) bool, span func(history) (from, to domain.Step, ok bool)) *float64 {
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

func count(steps []domain.Step, kind domain.StepKind, in func(time.Time) bool) int {
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

// median returns the median of one or more values.
func median(values []float64) float64 {
	slices.Sort(values)
	half := len(values) / 2
	if len(values)%2 == 1 {
		return values[half]
	}
	return (values[half-1] + values[half]) / 2
}
