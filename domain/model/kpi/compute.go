package kpi

import (
	"cmp"
	"slices"

	"github.com/propflow/propflow/domain"
)

// Name identifies a key figure.
type Name string

// The key figures (docs/domain.md, "Key figures").
const (
	SubmissionsPerDay   Name = "submissions_per_day"
	CompletionRate      Name = "completion_rate"
	ApprovalRate        Name = "approval_rate"
	FollowUpRate        Name = "follow_up_rate"
	CompletionTime      Name = "completion_time"
	ReviewTime          Name = "review_time"
	QueueDepth          Name = "queue_depth"
	ValuationsPerValuer Name = "valuations_per_valuer"
	PhotoPassRate       Name = "photo_pass_rate"
	GPSMatchRate        Name = "gps_match_rate"
)

// Level is how a figure compares with its thresholds.
type Level string

// The levels. A figure without thresholds is OK, one without data UNKNOWN.
const (
	OK       Level = "OK"
	Warn     Level = "WARN"
	Critical Level = "CRITICAL"
	Unknown  Level = "UNKNOWN"
)

// Figure is one key figure of a period.
type Figure struct {
	Name  Name
	Value *float64 // nil if there is no data
	Unit  string   // "%", "min" or what is counted
	// Target is the value to aim for, nil if there is none.
	Target *float64
	Level  Level
}

// ValuerFigure is the number of approved valuations of one valuer.
type ValuerFigure struct {
	ValuerID   domain.UserID
	Valuations int
}

// threshold has a figure's target and the values beyond which its level is worse. If critical is
// below warn, more is better, else less is.
type threshold struct {
	unit                   string
	target, warn, critical *float64
}

func limits(unit string, target, warn, critical float64) threshold {
	return threshold{unit, &target, &warn, &critical}
}

// thresholds are those of docs/domain.md, "Key figures"; the queue's is the alarm QueueBacklog of
// docs/ops/monitoring.md.
func thresholds() map[Name]threshold {
	backlog := 50.0
	return map[Name]threshold{
		SubmissionsPerDay:   limits("cases/day", 100, 50, 20),
		CompletionRate:      limits("%", 80, 60, 40),
		ApprovalRate:        limits("%", 70, 50, 30),
		FollowUpRate:        limits("%", 20, 30, 50),
		CompletionTime:      limits("min", 8, 12, 20),
		ReviewTime:          limits("min", 30, 45, 60),
		QueueDepth:          {unit: "cases", warn: &backlog},
		ValuationsPerValuer: {unit: "valuations"},
		PhotoPassRate:       {unit: "%"},
		GPSMatchRate:        {unit: "%"},
	}
}

// level compares a value with its limits. A value equal to a limit is not beyond it.
func (t threshold) level(value *float64) Level {
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
		return Unknown
	case beyond(t.critical):
		return Critical
	case beyond(t.warn):
		return Warn
	}
	return OK
}

// LookBack is how long before a period the steps of its cases may have happened. It is DraftKept,
// because a draft that was not changed for longer is deleted.
const LookBack = domain.DraftKept

// Compute computes the key figures of the period from the steps since LookBack before it,
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
func Compute(steps []domain.Step, states map[domain.State]int, period Period) []Figure {
	h := historiesOf(steps)
	in := period.Holds
	pass := float64(count(steps, domain.StepPhotoPassed, in))
	judged := pass + float64(count(steps, domain.StepPhotoFlagged, in)+count(steps, domain.StepPhotoFailed, in))
	matched := float64(count(steps, domain.StepGPSMatched, in))
	located := matched + float64(count(steps, domain.StepGPSMismatched, in))
	queue, submitted := float64(states[domain.Submitted]), float64(h.count(in, domain.StepSubmitted))
	decided, approved := h.count(in, domain.StepApproved, domain.StepRejected), h.count(in, domain.StepApproved)
	var valuations float64
	valuers := PerValuer(steps, period)
	for _, v := range valuers {
		valuations += float64(v.Valuations)
	}
	values := []struct {
		name  Name
		value *float64
	}{
		{SubmissionsPerDay, ratio(submitted, period.To.Sub(period.From).Hours()/24)},
		{CompletionRate, percent(float64(h.both(in, domain.StepCreated, domain.StepSubmitted)), float64(h.count(in, domain.StepCreated)))},
		{ApprovalRate, percent(float64(approved), float64(decided))},
		{FollowUpRate, percent(float64(h.both(in, domain.StepClaimed, domain.StepFollowUp)), float64(h.count(in, domain.StepClaimed)))},
		{CompletionTime, h.medianMinutes(in, history.completion)},
		{ReviewTime, h.medianMinutes(in, history.review)},
		{QueueDepth, &queue},
		{ValuationsPerValuer, ratio(valuations, float64(len(valuers)))},
		{PhotoPassRate, percent(pass, judged)},
		{GPSMatchRate, percent(matched, located)},
	}
	table := thresholds()
	figures := make([]Figure, len(values))
	for i, v := range values {
		t := table[v.name]
		figures[i] = Figure{Name: v.name, Value: v.value, Unit: t.unit, Target: t.target, Level: t.level(v.value)}
	}
	return figures
}

// PerValuer counts the approvals of the period, most first. An approval counts for the valuer who
// last claimed the case, because a supervisor who signs a case off did not value it.
func PerValuer(steps []domain.Step, period Period) []ValuerFigure {
	counts := map[domain.UserID]int{}
	for _, h := range historiesOf(steps) {
		if approved, ok := h.first(domain.StepApproved); ok && period.Holds(approved.At) {
			valuer := approved.UserID
			if claim, ok := h.lastBefore(domain.StepClaimed, approved.At); ok {
				valuer = claim.UserID
			}
			counts[valuer]++
		}
	}
	valuers := make([]ValuerFigure, 0, len(counts))
	for id, n := range counts {
		valuers = append(valuers, ValuerFigure{id, n})
	}
	slices.SortFunc(valuers, func(a, b ValuerFigure) int {
		return cmp.Or(cmp.Compare(b.Valuations, a.Valuations), cmp.Compare(a.ValuerID, b.ValuerID))
	})
	return valuers
}
