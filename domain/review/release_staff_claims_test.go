package review_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func (w *world) releaseStaff() review.ReleaseStaffClaims {
	return review.ReleaseStaffClaims{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

// pile gives the valuer one case of each kind, and the rival one.
func (w *world) pile() {
	w.claimed("claimed")
	w.asked("reserved")
	w.answered("reserved")
	w.asked("asked")
	w.risky("risky")
	w.submitted("rivals", owner)
	_, err := w.claim().Execute(w.T.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "rivals"})
	require.NoError(w.T, err)
}

func TestWhoLeavesLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pile()
	before := w.Everything()
	require.NoError(t, w.releaseStaff().Execute(t.Context(), string(valuer.ID)))
	assert.Equal(t, before, w.Everything(), "a valuer who may review keeps all")

	w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
	require.NoError(t, w.releaseStaff().Execute(t.Context(), string(valuer.ID)))
	for id, want := range map[domain.PropertyID]domain.State{
		"claimed": domain.Submitted, "reserved": domain.Submitted, "asked": domain.FollowUpRequired, "risky": domain.AwaitingSignOff,
		"rivals": domain.UnderReview,
	} {
		p := w.Property(id)
		assert.Equal(t, want, p.State, id)
		assert.NotEqual(t, valuer.ID, p.Holder(w.Clock.Now()), id)
	}
	assert.Equal(t, valuer.ID, w.Property("risky").Claim.ValuerID, "it stays until the supervisor decides")
	claimed, reserved := w.Chain("claimed"), w.Chain("reserved")
	assert.Equal(t, domain.ActionClaimRevoked, claimed[len(claimed)-1].Action)
	assert.Equal(t, domain.RoleSystem, claimed[len(claimed)-1].ActorRole)
	assert.Equal(t, domain.ActionReservationEnded, reserved[len(reserved)-1].Action)
	for _, id := range []domain.PropertyID{"claimed", "reserved"} {
		_, err := w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: id})
		require.NoError(t, err, id)
	}
	after := w.Everything()
	require.NoError(t, w.releaseStaff().Execute(t.Context(), string(valuer.ID)))
	require.NoError(t, w.releaseStaff().Execute(t.Context(), "nobody"))
	assert.Equal(t, after, w.Everything(), "twice is once")
}

// TestTheSweepReleasesWhatTheJobDidNot releases the same as the job, for a valuer who was disabled
// without one.
func TestTheSweepReleasesWhatTheJobDidNot(t *testing.T) {
	t.Parallel()
	sweep := func(w *world) {
		require.NoError(t, review.ReleaseIdleClaims{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), ""))
	}
	w := newWorld(t)
	w.pile()
	before := w.Everything()
	sweep(w)
	assert.Equal(t, before, w.Everything(), "a valuer who may review keeps all")

	byJob := newWorld(t)
	byJob.pile()
	for _, w := range []*world{w, byJob} {
		w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
	}
	sweep(w)
	require.NoError(t, byJob.releaseStaff().Execute(t.Context(), string(valuer.ID)))
	for _, p := range byJob.Everything().Properties {
		released := w.Property(p.ID)
		assert.Equal(t, p.State, released.State, p.ID)
		assert.Equal(t, p.Claim, released.Claim, p.ID)
		assert.Equal(t, p.Reservation, released.Reservation, p.ID)
		assert.Equal(t, byJob.Actions(p.ID), w.Actions(p.ID))
	}
	after := w.Everything()
	sweep(w)
	assert.Equal(t, after, w.Everything(), "twice is once")
}

// TestALargePileIsReleased has more cases than one transaction lists.
func TestALargePileIsReleased(t *testing.T) {
	t.Parallel()
	const cases = 230
	w := newWorld(t)
	for i := range cases {
		w.claimed(domain.PropertyID("p" + strconv.Itoa(i)))
	}
	w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
	require.NoError(t, w.releaseStaff().Execute(t.Context(), string(valuer.ID)))
	for _, p := range w.Everything().Properties {
		assert.Equal(t, domain.Submitted, p.State, p.ID)
	}
}

// TestAnInterruptedReleaseIsResumed fails each call of a port in turn: every other case is
// released all the same, and the next run releases the rest.
func TestAnInterruptedReleaseIsResumed(t *testing.T) {
	t.Parallel()
	fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 12, InSteps: true, Prepare: func(f *fixture.World) func(context.Context) error {
		w := staffed(f)
		w.claimed("p")
		w.claimed("q")
		w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
		return func(ctx context.Context) error { return w.releaseStaff().Execute(ctx, string(valuer.ID)) }
	}})
	w := newWorld(t)
	ids := []domain.PropertyID{"p", "q", "r"}
	for _, id := range ids {
		w.claimed(id)
	}
	w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
	w.Faults.FailCall(4) // begin, list, commit, then the first release
	require.Error(t, w.releaseStaff().Execute(t.Context(), string(valuer.ID)))
	w.Faults.Up()
	held := slices.DeleteFunc(ids, func(id domain.PropertyID) bool { return w.Property(id).State == domain.Submitted })
	assert.Equal(t, []domain.PropertyID{"p"}, held, "one that fails holds up no other")
}

// TestNobodyKeepsAClaimByRacing has a valuer claim while being disabled: either the claim is
// refused, or the job that follows the change finds it.
func TestNobodyKeepsAClaimByRacing(t *testing.T) {
	t.Parallel()
	for range 20 {
		w := newWorld(t)
		for i := range 8 {
			w.submitted(domain.PropertyID("p"+strconv.Itoa(i)), owner)
		}
		var racers sync.WaitGroup
		racers.Go(func() {
			for i := range 8 {
				_, err := w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: valuer, PropertyID: domain.PropertyID("p" + strconv.Itoa(i))})
				if err != nil {
					assert.Equal(t, "user_disabled", domain.CodeOf(err))
				}
			}
		})
		racers.Go(func() {
			w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
			assert.NoError(t, w.releaseStaff().Execute(t.Context(), string(valuer.ID)))
		})
		racers.Wait()
		for _, p := range w.Everything().Properties {
			assert.Equal(t, domain.Submitted, p.State, p.ID)
		}
	}
}
