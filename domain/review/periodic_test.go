package review_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestAReminderThenTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked("p")
	asked := w.Clock.Now()
	remind := review.RemindFollowUps{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	expire := review.ExpireFollowUps{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	tick := func(at time.Duration) domain.Property {
		w.Clock.Set(asked.Add(at))
		require.NoError(t, remind.Execute(t.Context(), ""))
		require.NoError(t, expire.Execute(t.Context(), ""))
		return w.Property("p")
	}
	assert.Zero(t, tick(24*time.Hour - 1).FollowUps[0].RemindedAt)
	reminded := tick(24 * time.Hour)
	assert.Equal(t, w.Clock.Now(), reminded.FollowUps[0].RemindedAt)
	assert.Contains(t, w.messages(), "FOLLOW_UP_REMINDER SMS")
	told := len(w.messages())
	assert.Equal(t, reminded, tick(24*time.Hour+time.Minute), "once")
	assert.Equal(t, domain.FollowUpRequired, tick(48*time.Hour-1).State)

	rejected := tick(48 * time.Hour)
	assert.Equal(t, domain.Rejected, rejected.State)
	assert.Equal(t, &domain.Rejection{Code: domain.RejectedFollowUpExpired, At: w.Clock.Now()}, rejected.Rejection)
	assert.Equal(t, domain.ActionRejected, w.Actions("p")[5])
	assert.Len(t, w.messages(), told+2, "SMS and WhatsApp")
	assert.Equal(t, rejected, tick(50*time.Hour), "once")
}

func TestAlertsAtEachStepOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted("p", owner)
	start := w.Clock.Now()
	alert := review.AlertSla{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	var heard []domain.SLALevel
	for _, step := range []struct {
		at    time.Duration
		heard []domain.SLALevel
	}{
		{time.Hour, nil},
		{2 * time.Hour, nil}, // exactly 3 h remain
		{2*time.Hour + 1, []domain.SLALevel{domain.SLASoon}},
		{3 * time.Hour, nil},
		{4 * time.Hour, nil}, // exactly 1 h remains
		{4*time.Hour + 1, []domain.SLALevel{domain.SLAUrgent}},
		{5 * time.Hour, nil}, // due, not past
		{5*time.Hour + 1, []domain.SLALevel{domain.SLABreached}},
		{9 * time.Hour, nil},
	} {
		w.Clock.Set(start.Add(step.at))
		require.NoError(t, alert.Execute(t.Context(), ""))
		require.NoError(t, alert.Execute(t.Context(), ""), "twice is once")
		heard = append(heard, step.heard...)
		var levels []domain.SLALevel
		for _, e := range w.Everything().Events {
			if e.Action == domain.ActionSLAStep {
				levels = append(levels, e.SLALevel)
				assert.Equal(t, []domain.Role{domain.RoleValuer, domain.RoleSupervisor}, e.Roles)
				assert.Empty(t, e.OwnerID)
			}
		}
		assert.Equal(t, heard, levels, "at %v", step.at)
	}
}

func TestAPausedClockAlertsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked("p")
	w.Clock.Advance(40 * time.Hour)
	before := w.Everything()
	alert := review.AlertSla{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	require.NoError(t, alert.Execute(t.Context(), ""))
	assert.Equal(t, before, w.Everything())
}

type job interface {
	Execute(ctx context.Context, subject string) error
}

func jobs(w *world, uow ports.UnitOfWork) map[string]job {
	return map[string]job{
		"release": review.ReleaseIdleClaims{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs},
		"expire":  review.ExpireFollowUps{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs},
		"remind":  review.RemindFollowUps{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs},
		"alert":   review.AlertSla{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs},
	}
}

func TestWhatIsNotDueAfterAllIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("draft", owner)
	w.submitted("submitted", owner)
	w.claimed("claimed")
	w.asked("asked")
	w.risky("risky")
	before := w.Everything()
	ids := []domain.PropertyID{"draft", "submitted", "claimed", "asked", "risky"}
	for name, j := range jobs(w, fixture.AllDue(w.Store, ids...)) {
		require.NoError(t, j.Execute(t.Context(), ""), name)
		require.Equal(t, before, w.Everything(), name)
	}
	gone := fixture.AllDue(w.Store, "gone")
	for name, j := range jobs(w, gone) {
		err := j.Execute(t.Context(), "")
		assert.ErrorContains(t, err, "gone", name)
	}
}

// Whatever call fails, the other property is still done, and the next run does the rest.
func TestOneFailureKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]struct {
		prepare func(w *world, id domain.PropertyID)
		after   time.Duration
		done    domain.Action
	}{
		"release": {func(w *world, id domain.PropertyID) { w.claimed(id) }, domain.ClaimIdle, domain.ActionReleasedIdle},
		"expire":  {func(w *world, id domain.PropertyID) { w.asked(id) }, domain.FollowUpTTL, domain.ActionRejected},
		"remind":  {func(w *world, id domain.PropertyID) { w.asked(id) }, domain.FollowUpReminder, domain.ActionFollowUpReminded},
		"alert":   {func(w *world, id domain.PropertyID) { w.submitted(id, owner) }, 3 * time.Hour, domain.ActionSLAStep},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				w := newWorld(t)
				state.prepare(w, "a")
				w.Clock.Advance(time.Millisecond)
				state.prepare(w, "b")
				w.Clock.Advance(state.after)
				done := func() []bool {
					return []bool{slices.Contains(w.Actions("a"), state.done), slices.Contains(w.Actions("b"), state.done)}
				}
				j := jobs(w, w.Store)[name]
				w.Faults.FailCall(n)
				err := j.Execute(t.Context(), "")
				fired := w.Faults.Fired()
				w.Faults.Up()
				if !fired {
					require.NoError(t, err)
					require.Equal(t, []bool{true, true}, done())
					assert.Greater(t, n, 12)
					return
				}
				require.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
				if listed := n > 3; listed { // begin, due, commit
					require.Contains(t, [][]bool{{true, false}, {false, true}}, done(), "call %d", n)
				}
				require.NoError(t, j.Execute(t.Context(), ""))
				require.Equal(t, []bool{true, true}, done(), "call %d", n)
				for _, id := range []domain.PropertyID{"a", "b"} {
					once := slices.DeleteFunc(w.Actions(id), func(a domain.Action) bool { return a != state.done })
					require.Len(t, once, 1, "call %d", n)
				}
			}
		})
	}
}
