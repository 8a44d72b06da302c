package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/kpi"
)

// t0 is when the tests' stories begin: 23 November 2026, 10:00 in India.
var t0 = time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC)

// aDay is the period of these tests: 24 hours from t0.
var aDay = kpi.Period{From: t0, To: t0.Add(24 * time.Hour)}

// story makes steps of one case; times are minutes after t0.
type story struct {
	id    domain.PropertyID
	steps []domain.Step
}

func caseOf(id domain.PropertyID) *story { return &story{id: id} }

func (s *story) at(minute int, kind domain.StepKind, by domain.UserID) *story {
	s.steps = append(s.steps, domain.Step{Kind: kind, PropertyID: s.id, UserID: by, At: t0.Add(time.Duration(minute) * time.Minute)})
	return s
}

func stepsOf(stories ...*story) []domain.Step {
	var steps []domain.Step
	for _, s := range stories {
		steps = append(steps, s.steps...)
	}
	slices.SortStableFunc(steps, func(a, b domain.Step) int { return a.At.Compare(b.At) })
	return steps
}

// busyDay holds five cases, of which one began the day before.
func busyDay() []domain.Step {
	return stepsOf(
		caseOf("approved").
			at(0, domain.StepCreated, "o1").at(1, domain.StepDetailsComplete, "o1").
			at(2, domain.StepFirstPhoto, "o1").at(3, domain.StepPhotoPassed, "").at(3, domain.StepGPSMatched, "").
			at(4, domain.StepPhotosReady, "").at(6, domain.StepSubmitted, "o1").
			at(20, domain.StepClaimed, "v1").at(50, domain.StepApproved, "v1").at(51, domain.StepValued, ""),
		caseOf("signed off").
			at(-500, domain.StepCreated, "o2").at(-490, domain.StepSubmitted, "o2").
			at(-30, domain.StepClaimed, "v2").at(10, domain.StepApproved, "s1").at(11, domain.StepValued, ""),
		caseOf("rejected").
			at(10, domain.StepCreated, "o3").at(12, domain.StepFirstPhoto, "o3").
			at(13, domain.StepPhotoFailed, "").at(13, domain.StepGPSMismatched, "").
			at(14, domain.StepPhotoFlagged, "").at(14, domain.StepGPSMatched, "").
			at(24, domain.StepSubmitted, "o3").at(30, domain.StepClaimed, "v1").at(40, domain.StepFollowUp, "v1").
			at(200, domain.StepSubmitted, "o3").at(210, domain.StepClaimed, "v1").at(230, domain.StepRejected, "v1"),
		caseOf("expired").
			at(-2900, domain.StepCreated, "o4").at(-2890, domain.StepSubmitted, "o4").at(-2880, domain.StepClaimed, "v1").
			at(-2870, domain.StepFollowUp, "v1").at(10, domain.StepRejected, ""),
		caseOf("draft").at(100, domain.StepCreated, "o5"),
	)
}

func byName(kpis []kpi.Figure) map[kpi.Name]kpi.Figure {
	m := map[kpi.Name]kpi.Figure{}
	for _, k := range kpis {
		m[k.Name] = k
	}
	return m
}

func TestKPIs(t *testing.T) {
	t.Parallel()
	kpis := byName(kpi.Compute(busyDay(), map[domain.State]int{domain.Submitted: 51, domain.Draft: 9}, aDay))
	require.Len(t, kpis, 10)
	for name, want := range map[kpi.Name]struct {
		value  float64
		target float64 // 0 for none
		unit   string
		level  kpi.Level
	}{
		kpi.SubmissionsPerDay:   {2, 100, "cases/day", kpi.Critical},
		kpi.CompletionRate:      {200.0 / 3, 80, "%", kpi.OK}, // two of three created
		kpi.ApprovalRate:        {50, 70, "%", kpi.OK},        // two of four decided; 50 is not below 50
		kpi.FollowUpRate:        {50, 20, "%", kpi.Warn},      // one of two first claimed today
		kpi.CompletionTime:      {10, 8, "min", kpi.OK},       // 6 and 14
		kpi.ReviewTime:          {30, 30, "min", kpi.OK},      // 30, 40 and 20
		kpi.QueueDepth:          {51, 0, "cases", kpi.Warn},
		kpi.ValuationsPerValuer: {1, 0, "valuations", kpi.OK}, // v1 and v2
		kpi.PhotoPassRate:       {100.0 / 3, 0, "%", kpi.OK},  // one of three
		kpi.GPSMatchRate:        {200.0 / 3, 0, "%", kpi.OK},  // two of three
	} {
		got := kpis[name]
		require.NotNil(t, got.Value, name)
		assert.InDelta(t, want.value, *got.Value, 1e-9, name)
		assert.Equal(t, want.unit, got.Unit, name)
		assert.Equal(t, want.level, got.Level, name)
		if want.target == 0 {
			assert.Nil(t, got.Target, name)
		} else if assert.NotNil(t, got.Target, name) {
			assert.InDelta(t, want.target, *got.Target, 0, name)
		}
	}
}

func TestKPIsWithoutData(t *testing.T) {
	t.Parallel()
	for name, k := range byName(kpi.Compute(nil, nil, aDay)) {
		switch name {
		case kpi.SubmissionsPerDay, kpi.QueueDepth:
			require.NotNil(t, k.Value, name)
			assert.Zero(t, *k.Value, name)
		default:
			assert.Nil(t, k.Value, name)
			assert.Equal(t, kpi.Unknown, k.Level, name)
		}
	}
}

// TestKPILevels walks each figure over its thresholds, at and beyond them.
func TestKPILevels(t *testing.T) {
	t.Parallel()
	submissions := func(n int) kpi.Level {
		var stories []*story
		for i := range n {
			stories = append(stories, caseOf(domain.PropertyID(rune('a'+i))).at(1, domain.StepSubmitted, "o"))
		}
		return byName(kpi.Compute(stepsOf(stories...), nil, aDay))[kpi.SubmissionsPerDay].Level
	}
	assert.Equal(t, kpi.Critical, submissions(19))
	assert.Equal(t, kpi.Warn, submissions(20))
	assert.Equal(t, kpi.Warn, submissions(49))
	assert.Equal(t, kpi.OK, submissions(50))

	review := func(minutes int) kpi.Level {
		steps := stepsOf(caseOf("p").at(0, domain.StepClaimed, "v").at(minutes, domain.StepApproved, "v"))
		return byName(kpi.Compute(steps, nil, aDay))[kpi.ReviewTime].Level
	}
	assert.Equal(t, kpi.OK, review(45))
	assert.Equal(t, kpi.Warn, review(46))
	assert.Equal(t, kpi.Warn, review(60))
	assert.Equal(t, kpi.Critical, review(61))

	queue := func(n int) kpi.Level {
		return byName(kpi.Compute(nil, map[domain.State]int{domain.Submitted: n}, aDay))[kpi.QueueDepth].Level
	}
	assert.Equal(t, kpi.OK, queue(50))
	assert.Equal(t, kpi.Warn, queue(5000))
}

func TestValuationsPerValuerCreditsWhoClaimed(t *testing.T) {
	t.Parallel()
	steps := append(busyDay(), stepsOf(
		caseOf("another").at(60, domain.StepClaimed, "v9").at(70, domain.StepClaimed, "v1").at(90, domain.StepApproved, "s1"),
		caseOf("claimed long ago").at(80, domain.StepApproved, "s1"),
		caseOf("yesterday").at(-90, domain.StepClaimed, "v1").at(-80, domain.StepApproved, "v1"),
	)...)
	assert.Equal(t, []kpi.ValuerFigure{{"v1", 2}, {"s1", 1}, {"v2", 1}}, kpi.PerValuer(steps, aDay))
}

func TestFunnel(t *testing.T) {
	t.Parallel()
	funnel := kpi.Funnel(busyDay(), aDay)
	counts := map[domain.StepKind]int{}
	for i, f := range funnel {
		assert.Equal(t, domain.FunnelSteps[i], f.Step)
		counts[f.Step] = f.Count
	}
	assert.Equal(t, map[domain.StepKind]int{
		domain.StepCreated: 3, domain.StepDetailsComplete: 2, domain.StepFirstPhoto: 2, domain.StepPhotosReady: 2,
		domain.StepSubmitted: 2, domain.StepClaimed: 2, domain.StepApproved: 1, domain.StepValued: 1,
	}, counts, "the case rejected later passed the steps that it skipped")
	assert.Nil(t, funnel[0].DropOff)
	assert.InDelta(t, 1, *funnel[0].Share, 1e-9)
	assert.InDelta(t, 1.0/3, *funnel[1].DropOff, 1e-9)
	assert.InDelta(t, 0.5, *funnel[6].DropOff, 1e-9)
	assert.InDelta(t, 1.0/3, *funnel[7].Share, 1e-9)

	empty := kpi.Funnel(nil, aDay)
	require.Len(t, empty, len(domain.FunnelSteps))
	for _, f := range empty {
		assert.Equal(t, kpi.FunnelStep{Step: f.Step}, f)
	}
}

func TestFunnelNeverRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOf(rapid.Custom(func(t *rapid.T) domain.Step {
			return domain.Step{
				Kind:       rapid.SampledFrom(domain.FunnelSteps).Draw(t, "kind"),
				PropertyID: domain.PropertyID(rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "case")),
				At:         t0.Add(time.Duration(rapid.IntRange(-300, 1700).Draw(t, "minute")) * time.Minute),
			}
		})).Draw(t, "steps")
		funnel := kpi.Funnel(steps, aDay)
		for i := 1; i < len(funnel); i++ {
			require.LessOrEqual(t, funnel[i].Count, funnel[i-1].Count)
			if d := funnel[i].DropOff; d != nil {
				require.GreaterOrEqual(t, *d, 0.0)
				require.LessOrEqual(t, *d, 1.0)
			}
		}
	})
}

func TestNewPeriod(t *testing.T) {
	t.Parallel()
	usual, err := kpi.NewPeriod(time.Time{}, time.Time{}, t0)
	require.NoError(t, err)
	assert.Equal(t, kpi.Period{From: t0.AddDate(0, 0, -30), To: t0}, usual, "30 days ago, as the contract has it")
	past, err := kpi.NewPeriod(time.Time{}, t0.AddDate(0, 0, -90), t0)
	require.NoError(t, err)
	assert.Equal(t, kpi.Period{From: t0.AddDate(0, 0, -120), To: t0.AddDate(0, 0, -90)}, past, "30 days before the end")

	ahead, err := kpi.NewPeriod(t0.Add(-time.Hour), t0.Add(time.Hour), t0)
	require.NoError(t, err)
	assert.Equal(t, kpi.Period{From: t0.Add(-time.Hour), To: t0}, ahead, "the future has no figures")

	longest, err := kpi.NewPeriod(t0.Add(-kpi.MaxPeriod), t0, t0)
	require.NoError(t, err)
	assert.True(t, longest.Holds(longest.From))
	assert.False(t, longest.Holds(longest.To))

	for field, p := range map[string]kpi.Period{
		"to":   {From: t0.Add(-kpi.MaxPeriod - time.Second), To: t0},
		"from": {From: t0, To: t0},
	} {
		_, err := kpi.NewPeriod(p.From, p.To, t0)
		var e *domain.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, domain.KindInvalid, e.Kind)
		require.Len(t, e.Fields, 1)
		assert.Equal(t, field, e.Fields[0].Field)
	}
	_, err = kpi.NewPeriod(t0.Add(time.Hour), time.Time{}, t0)
	assert.True(t, domain.IsKind(err, domain.KindInvalid), "a period that has not begun")
}
