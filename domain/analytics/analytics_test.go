package analytics_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/analytics"
	"github.com/propflow/propflow/domain/model/kpi"
	"github.com/propflow/propflow/ports"
)

var supervisor = domain.Actor{ID: "supervisor", Role: domain.RoleSupervisor}

// aMonth holds a case that was created before the usual period and approved in it, one
// created and submitted yesterday, and one of two months ago.
func aMonth(t testing.TB) *memory.Ports {
	t.Helper()
	m := memory.ForTest()
	now := m.Clock.Now()
	ago := func(kind domain.StepKind, id domain.PropertyID, by domain.UserID, d time.Duration) domain.Step {
		return domain.Step{Kind: kind, PropertyID: id, UserID: by, At: now.Add(-d)}
	}
	const day = 24 * time.Hour
	waiting, change, err := domain.NewProperty("waiting", supervisor, domain.House, "", domain.DetailsChange{}, "salt", now.Add(-60*day))
	require.NoError(t, err)
	waiting.State = domain.Submitted
	require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, waiting); err != nil {
			return err
		}
		for _, step := range []domain.Step{
			ago(domain.StepSubmitted, "older", "o", 61*day),
			ago(domain.StepCreated, "slow", "o", 40*day), ago(domain.StepSubmitted, "slow", "o", 39*day),
			ago(domain.StepClaimed, "slow", "valuer", 38*day), ago(domain.StepApproved, "slow", "supervisor", 2*day),
			ago(domain.StepCreated, "fresh", "o", day), ago(domain.StepSubmitted, "fresh", "o", day-6*time.Minute),
		} {
			if err := tx.Steps.Append(ctx, step); err != nil {
				return err
			}
		}
		return tx.RecordChange(ctx, waiting, change, m.IDs)
	}))
	return m
}

func kpis(t testing.TB, m *memory.Ports, from, to time.Time) (analytics.GetKpisOutput, error) {
	t.Helper()
	return analytics.GetKpis{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), analytics.GetKpisInput{Actor: supervisor, From: from, To: to})
}

func funnel(t testing.TB, m *memory.Ports, from, to time.Time) (analytics.GetFunnelOutput, error) {
	t.Helper()
	return analytics.GetFunnel{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), analytics.GetFunnelInput{Actor: supervisor, From: from, To: to})
}

func TestGetKpis(t *testing.T) {
	t.Parallel()
	m := aMonth(t)
	out, err := kpis(t, m, time.Time{}, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, m.Clock.Now(), out.To)
	assert.Equal(t, m.Clock.Now().AddDate(0, 0, -30), out.From)
	assert.Equal(t, []kpi.ValuerFigure{{ValuerID: "valuer", Valuations: 1}}, out.PerValuer, "claimed before the period")
	values := map[kpi.Name]*float64{}
	for _, k := range out.KPIs {
		values[k.Name] = k.Value
	}
	require.NotNil(t, values[kpi.QueueDepth])
	assert.InDelta(t, 1, *values[kpi.QueueDepth], 0)
	assert.InDelta(t, 6, *values[kpi.CompletionTime], 1e-9)
	assert.InDelta(t, 1.0/30, *values[kpi.SubmissionsPerDay], 1e-9)
	assert.InDelta(t, 36*24*60, *values[kpi.ReviewTime], 1e-9)
}

func TestGetFunnel(t *testing.T) {
	t.Parallel()
	m := aMonth(t)
	out, err := funnel(t, m, m.Clock.Now().Add(-48*time.Hour), time.Time{})
	require.NoError(t, err)
	assert.Equal(t, m.Clock.Now().Add(-48*time.Hour), out.From)
	assert.Equal(t, m.Clock.Now(), out.To)
	require.Len(t, out.Steps, len(domain.FunnelSteps))
	assert.Equal(t, 1, out.Steps[4].Count, "submitted")
	assert.Zero(t, out.Steps[5].Count, "claimed")
}

func TestPeriodsAreChecked(t *testing.T) {
	t.Parallel()
	m := aMonth(t)
	now := m.Clock.Now()
	for _, p := range []kpi.Period{{From: now, To: now.Add(-time.Hour)}, {From: now.AddDate(-1, 0, -3), To: now}} {
		_, err := kpis(t, m, p.From, p.To)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%v", err)
		_, err = funnel(t, m, p.From, p.To)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%v", err)
	}
}

func TestOutagesComeBack(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(m *memory.Ports) error{
		"kpis":   func(m *memory.Ports) error { _, err := kpis(t, m, time.Time{}, time.Time{}); return err },
		"funnel": func(m *memory.Ports) error { _, err := funnel(t, m, time.Time{}, time.Time{}); return err },
	} {
		for n := 1; ; n++ {
			m := aMonth(t)
			m.Faults.FailCall(n)
			err := run(m)
			if !m.Faults.Fired() {
				require.NoError(t, err, name)
				require.Greater(t, n, 3, name)
				break
			}
			require.True(t, domain.IsKind(err, domain.KindUnavailable), "%s, call %d: %v", name, n, err)
		}
	}
}

func ExampleGetFunnel() {
	m := memory.ForTest()
	now := m.Clock.Now()
	_ = m.Store.Do(context.Background(), func(ctx context.Context, tx ports.Tx) error {
		for _, id := range []domain.PropertyID{"a", "b"} {
			if err := tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: id, At: now.Add(-time.Hour)}); err != nil {
				return err
			}
		}
		return tx.Steps.Append(ctx, domain.Step{Kind: domain.StepDetailsComplete, PropertyID: "a", At: now.Add(-time.Minute)})
	})
	out, err := analytics.GetFunnel{UnitOfWork: m.Store, Clock: m.Clock}.Execute(context.Background(), analytics.GetFunnelInput{})
	fmt.Println(out.Steps[0].Step, out.Steps[0].Count, out.Steps[1].Step, out.Steps[1].Count, err)
	// Output: CREATED 2 DETAILS_COMPLETE 1 <nil>
}
