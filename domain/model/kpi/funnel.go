package kpi

import "github.com/propflow/propflow/domain"

// FunnelStep is one step of the funnel.
type FunnelStep struct {
	Step  domain.StepKind
	Count int // cases that reached this step or a later one
	// Share of the first step's cases and DropOff since the step before are 0…1, nil if there is
	// nothing to compare with.
	Share   *float64
	DropOff *float64
}

// Funnel counts, for each step, the cases created in the period that reached it by the period's
// end. A case that skipped a step on its way to a later one is counted at both, so that counts
// never rise.
func Funnel(steps []domain.Step, period Period) []FunnelStep {
	counts := make([]int, len(domain.FunnelSteps))
	for _, h := range historiesOf(steps) {
		if !h.has(period.Holds, domain.StepCreated) {
			continue
		}
		furthest := 0
		for i, kind := range domain.FunnelSteps {
			if h.has(period.Holds, kind) {
				furthest = i
			}
		}
		for i := range furthest + 1 {
			counts[i]++
		}
	}
	funnel := make([]FunnelStep, len(domain.FunnelSteps))
	for i, kind := range domain.FunnelSteps {
		funnel[i] = FunnelStep{Step: kind, Count: counts[i], Share: ratio(float64(counts[i]), float64(counts[0]))}
		if i > 0 {
			funnel[i].DropOff = ratio(float64(counts[i-1]-counts[i]), float64(counts[i-1]))
		}
	}
	return funnel
}
