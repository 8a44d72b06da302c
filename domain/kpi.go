package domain

import (
	"cmp"
	"slices"
)

// KPIName names one key figure.
type KPIName string

// The key figures (docs/domain.md, "Key figures").
const (
	KPISubmissionsPerDay   KPIName = "submissions_per_day"
	KPICompletionRate      KPIName = "completion_rate"
	KPIApprovalRate        KPIName = "approval_rate"
	KPIFollowUpRate        KPIName = "follow_up_rate"
	KPICompletionTime      KPIName = "completion_time"
	KPIReviewTime          KPIName = "review_time"
	KPIQueueDepth          KPIName = "queue_depth"
	KPIValuationsPerValuer KPIName = "valuations_per_valuer"
	KPIPhotoPassRate       KPIName = "photo_pass_rate"
	KPIGPSMatchRate        KPIName = "gps_match_rate"
)

// KPILevel says how a figure stands against its thresholds.
type KPILevel string

// The levels. A figure without thresholds is OK, one without data UNKNOWN.
const (
	KPIOK       KPILevel = "OK"
	KPIWarn     KPILevel = "WARN"
	KPICritical KPILevel = "CRITICAL"
	KPIUnknown  KPILevel = "UNKNOWN"
)

// KPI is one key figure of a period.
type KPI struct {
	Name  KPIName
	Value *float64 // nil where there is no data
	Unit  string   // "%", "min" or what is counted
	// Target is what is aimed for, nil where nothing is.
	Target *float64
	Level  KPILevel
}

// ValuerKPI is how many approved valuations one valuer made.
type ValuerKPI struct {
	ValuerID   UserID
	Valuations int
}

// threshold holds a figure's target and the values at which it turns worse. Where critical
// lies above warn, less is better.
type threshold struct {
	unit                   string
	target, warn, critical *float64
}

func limits(unit string, target, warn, critical float64) threshold {
	return threshold{unit, &target, &warn, &critical}
}

// thresholds are those of docs/domain.md, "Key figures"; the queue's is the alarm QueueBacklog of
// docs/ops/monitoring.md.
func thresholds() map[KPIName]threshold {
	backlog := 50.0
	return map[KPIName]threshold{
		KPISubmissionsPerDay:   limits("cases/day", 100, 50, 20),
		KPICompletionRate:      limits("%", 80, 60, 40),
		KPIApprovalRate:        limits("%", 70, 50, 30),
		KPIFollowUpRate:        limits("%", 20, 30, 50),
		KPICompletionTime:      limits("min", 8, 12, 20),
		KPIReviewTime:          limits("min", 30, 45, 60),
		KPIQueueDepth:          {unit: "cases", warn: &backlog},
		KPIValuationsPerValuer: {unit: "valuations"},
		KPIPhotoPassRate:       {unit: "%"},
		KPIGPSMatchRate:        {unit: "%"},
	}
}

// level compares a value with its limits; reaching a limit is not yet beyond it.
func (t threshold) level(value *float64) KPILevel {
	beyond := func(limit *float64) bool {
		if limit == nil {
			return false
		}
		if t.critical != nil && *t.critical < *t.warn {
			return *value < *limit
		}
		return *value > *limit
	}
	switch {
	case value == nil:
		return KPIUnknown
	case beyond(t.critical):
		return KPICritical
	case beyond(t.warn):
		return KPIWarn
	}
	return KPIOK
}

// KPILookBack is how long before a period the steps of its cases may lie: a draft untouched
// for longer is deleted.
const KPILookBack = DraftKept

// KPIs computes the key figures of the period from the steps since KPILookBack before it,
// and from the present number of cases in each state:
//
//   - submissions_per_day: cases first submitted in the period, per 24 hours of it;
//   - completion_rate: of the cases created in the period, those submitted by its end;
//   - approval_rate: of the cases decided in the period, those approved; withdrawn ones
//     were not decided by the lender;
//   - follow_up_rate: of the cases first claimed in the period, those with a follow-up in it;
//   - completion_time: median from creation to submission, of those submitted in the period;
//   - review_time: median from the last claim to the decision, of those a person decided in it;
//   - queue_depth: cases that wait to be claimed now;
//   - valuations_per_valuer: mean over the valuers with an approved valuation in the period;
//   - photo_pass_rate and gps_match_rate: of the photos judged, and judged with a place.
func KPIs(steps []Step, states map[State]int, period Period) []KPI {
	h := historiesOf(steps)
	in := period.Holds
	pass := float64(count(steps, StepPhotoPassed, in))
	judged := pass + float64(count(steps, StepPhotoFlagged, in)+count(steps, StepPhotoFailed, in))
	matched := float64(count(steps, StepGPSMatched, in))
	located := matched + float64(count(steps, StepGPSMismatched, in))
	queue, submitted := float64(states[Submitted]), float64(h.count(in, StepSubmitted))
	decided, approved := h.count(in, StepApproved, StepRejected), h.count(in, StepApproved)
	var valuations float64
	valuers := ValuationsPerValuer(steps, period)
	for _, v := range valuers {
		valuations += float64(v.Valuations)
	}
	values := []struct {
		name  KPIName
		value *float64
	}{
		{KPISubmissionsPerDay, ratio(submitted, period.To.Sub(period.From).Hours()/24)},
		{KPICompletionRate, percent(float64(h.both(in, StepCreated, StepSubmitted)), float64(h.count(in, StepCreated)))},
		{KPIApprovalRate, percent(float64(approved), float64(decided))},
		{KPIFollowUpRate, percent(float64(h.both(in, StepClaimed, StepFollowUp)), float64(h.count(in, StepClaimed)))},
		{KPICompletionTime, h.medianMinutes(in, history.completion)},
		{KPIReviewTime, h.medianMinutes(in, history.review)},
		{KPIQueueDepth, &queue},
		{KPIValuationsPerValuer, ratio(valuations, float64(len(valuers)))},
		{KPIPhotoPassRate, percent(pass, judged)},
		{KPIGPSMatchRate, percent(matched, located)},
	}
	table := thresholds()
	kpis := make([]KPI, len(values))
	for i, v := range values {
		t := table[v.name]
		kpis[i] = KPI{Name: v.name, Value: v.value, Unit: t.unit, Target: t.target, Level: t.level(v.value)}
	}
	return kpis
}

// ValuationsPerValuer counts the approvals of the period, most first, for the valuers who
// last claimed the cases: who signs a case off did not value it.
func ValuationsPerValuer(steps []Step, period Period) []ValuerKPI {
	counts := map[UserID]int{}
	for _, h := range historiesOf(steps) {
		if approved, ok := h.first(StepApproved); ok && period.Holds(approved.At) {
			valuer := approved.UserID
			if claim, ok := h.lastBefore(StepClaimed, approved.At); ok {
				valuer = claim.UserID
			}
			counts[valuer]++
		}
	}
	valuers := make([]ValuerKPI, 0, len(counts))
	for id, n := range counts {
		valuers = append(valuers, ValuerKPI{id, n})
	}
	slices.SortFunc(valuers, func(a, b ValuerKPI) int {
		return cmp.Or(cmp.Compare(b.Valuations, a.Valuations), cmp.Compare(a.ValuerID, b.ValuerID))
	})
	return valuers
}
