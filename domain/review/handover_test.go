package review_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// newest returns the last event.
func (w *world) newest() domain.Event {
	w.T.Helper()
	events := w.Everything().Events
	require.NotEmpty(w.T, events)
	return events[len(events)-1]
}

func TestASupervisorRevokesAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	w.Clock.Advance(time.Minute)
	p, err := w.revoke().Execute(t.Context(), review.RevokeClaimInput{Actor: supervisor, PropertyID: "p", Reason: "Her shift is over"})
	require.NoError(t, err)
	assert.Equal(t, w.Property("p"), p)
	assert.Equal(t, domain.Submitted, p.State)
	assert.Equal(t, []domain.Handover{{By: supervisor.ID, At: w.Clock.Now(), From: valuer.ID, Reason: "Her shift is over"}}, p.Handovers)
	assert.Equal(t, domain.ActionClaimRevoked, w.Actions("p")[3])
	e := w.newest()
	assert.Equal(t, domain.ClaimLost, e.NewsFor(valuer.ID), "the valuer is told")
	assert.True(t, e.VisibleTo(owner))
	assert.Equal(t, domain.Submitted, e.State, "the owner's app shows where the case is")

	_, err = w.reassign().Execute(t.Context(), review.ReassignClaimInput{Actor: supervisor, PropertyID: "p", ValuerID: rival.ID, Reason: "Nobody has it"})
	fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
	_, err = w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "p"})
	require.NoError(t, err)
}

func TestASupervisorReassignsAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	w.Clock.Advance(domain.ClaimIdle - 1)
	p, err := w.reassign().Execute(t.Context(), review.ReassignClaimInput{Actor: supervisor, PropertyID: "p", ValuerID: rival.ID, Reason: "She knows the street"})
	require.NoError(t, err)
	assert.Equal(t, w.Property("p"), p)
	assert.Equal(t, domain.ActionClaimReassigned, w.Actions("p")[3])
	e := w.newest()
	assert.Equal(t, domain.ClaimLost, e.NewsFor(valuer.ID))
	assert.Equal(t, domain.ClaimGiven, e.NewsFor(rival.ID))

	w.Clock.Advance(domain.ClaimIdle - 1)
	require.NoError(t, review.ReleaseIdleClaims{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), ""))
	assert.Equal(t, rival.ID, w.Property("p").Claim.ValuerID, "the heartbeat began with the reassignment")
	_, err = review.ReleaseClaim{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), review.ReleaseClaimInput{Actor: valuer, PropertyID: "p"})
	fixture.Refused(t, err, domain.KindConflict, "claim_not_held")
}

func TestACaseIsGivenOnlyToWhoMayReviewIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Ready("p", landlord, domain.PhotoPassed)
	w.Submit("p", landlord)
	w.Claim("p")
	before := w.Everything()
	give := func(to domain.UserID) error {
		_, err := w.reassign().Execute(t.Context(), review.ReassignClaimInput{Actor: supervisor, PropertyID: "p", ValuerID: to, Reason: "Her shift is over"})
		return err
	}
	w.SetUser(rival.ID, func(u *domain.User) { u.Disabled = true })
	for _, to := range []domain.UserID{rival.ID, landlord.ID, valuer.ID, owner.ID, "nobody"} {
		fixture.Refused(t, give(to), domain.KindInvalid, "invalid_input")
	}
	assert.Equal(t, before, w.Everything())
	w.SetUser(rival.ID, func(u *domain.User) { u.Disabled = false })
	require.NoError(t, give(rival.ID))
}

// TestNobodyClaimsAfterTheirAccessEnded has a valuer whose token is still valid claim.
func TestNobodyClaimsAfterTheirAccessEnded(t *testing.T) {
	t.Parallel()
	for code, alter := range map[string]func(u *domain.User){
		"user_disabled":    func(u *domain.User) { u.Disabled = true },
		"role_not_allowed": func(u *domain.User) { u.Role = domain.RoleAdmin },
	} {
		w := newWorld(t)
		w.submitted("p", owner)
		before := w.Everything()
		w.SetUser(valuer.ID, alter)
		_, err := w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: valuer, PropertyID: "p"})
		fixture.Refused(t, err, domain.KindForbidden, code)
		next := review.ClaimNextProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
		_, err = next.Execute(t.Context(), review.ClaimNextPropertyInput{Actor: valuer})
		fixture.Refused(t, err, domain.KindForbidden, code)
		assert.Equal(t, before, w.Everything())
	}
}

// TestNobodySupervisesAfterTheirAccessEnded has a supervisor whose token is still valid decide.
func TestNobodySupervisesAfterTheirAccessEnded(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(u *domain.User){
		"disabled":           func(u *domain.User) { u.Disabled = true },
		"demoted to valuer":  func(u *domain.User) { u.Role = domain.RoleValuer },
		"made administrator": func(u *domain.User) { u.Role = domain.RoleAdmin },
	} {
		w := newWorld(t)
		w.risky("risky")
		w.claimed("claimed")
		before := w.Everything()
		w.SetUser(supervisor.ID, alter)
		_, err := review.SignOffValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), review.SignOffValuationInput{
			Actor: supervisor, PropertyID: "risky",
		})
		fixture.Refused(t, err, domain.KindForbidden, "role_not_allowed")
		_, err = review.ReturnValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), review.ReturnValuationInput{
			Actor: supervisor, PropertyID: "risky", Reason: "Out of spite",
		})
		fixture.Refused(t, err, domain.KindForbidden, "role_not_allowed")
		_, err = w.revoke().Execute(t.Context(), review.RevokeClaimInput{Actor: supervisor, PropertyID: "claimed", Reason: "Out of spite"})
		fixture.Refused(t, err, domain.KindForbidden, "role_not_allowed")
		_, err = w.reassign().Execute(t.Context(), review.ReassignClaimInput{
			Actor: supervisor, PropertyID: "claimed", ValuerID: rival.ID, Reason: "Out of spite",
		})
		fixture.Refused(t, err, domain.KindForbidden, "role_not_allowed")
		assert.Equal(t, before, w.Everything(), name)
	}
}

func TestNothingComesBackToWhoLeft(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(u *domain.User){
		"disabled": func(u *domain.User) { u.Disabled = true },
		"demoted":  func(u *domain.User) { u.Role = domain.RoleAdmin },
	} {
		w := newWorld(t)
		w.risky("p")
		w.SetUser(valuer.ID, alter)
		back := review.ReturnValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
		p, err := back.Execute(t.Context(), review.ReturnValuationInput{Actor: supervisor, PropertyID: "p", Reason: "Which sales?"})
		require.NoError(t, err, name)
		assert.Equal(t, domain.Submitted, p.State, name)
		assert.Nil(t, p.Claim, name)
		assert.Equal(t, domain.ValuationReturned, w.Valuation("p-valuation").Status, name)
		_, err = w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "p"})
		require.NoError(t, err, name)

		w = newWorld(t)
		w.asked("p")
		w.SetUser(valuer.ID, alter)
		answer := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
		p, err = answer.Execute(t.Context(), review.AnswerFollowUpInput{Actor: owner, PropertyID: "p", Answers: w.answers})
		require.NoError(t, err, name)
		assert.Nil(t, p.Reservation, name)
		_, err = w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "p"})
		require.NoError(t, err, name)
	}
}

// recorder is a store that records which rows its transactions lock, in order.
type recorder struct {
	ports.UnitOfWork
	locked []string
}

func (r *recorder) Do(ctx context.Context, fn func(context.Context, ports.Tx) error) error {
	return r.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		r.locked = nil
		tx.Properties, tx.Users = lockedProperties{tx.Properties, r}, lockedUsers{tx.Users, r}
		return fn(ctx, tx)
	})
}

type lockedProperties struct {
	ports.PropertyStore
	*recorder
}

func (s lockedProperties) Lock(ctx context.Context, id domain.PropertyID) (domain.Property, error) {
	s.locked = append(s.locked, string(id))
	return s.PropertyStore.Lock(ctx, id)
}

func (s lockedProperties) LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error) {
	p, err := s.PropertyStore.LockNext(ctx, valuer, now)
	s.locked = append(s.locked, string(p.ID))
	return p, err
}

type lockedUsers struct {
	ports.UserStore
	*recorder
}

func (s lockedUsers) Lock(ctx context.Context, id domain.UserID) (domain.User, error) {
	s.locked = append(s.locked, string(id))
	return s.UserStore.Lock(ctx, id)
}

// TestWhoGetsACaseIsLocked checks what makes the race of a claim and the end of its valuer's
// access safe on a real database: the user is locked until the commit. Property before user is
// the order of all, so that no two transactions wait for each other.
func TestWhoGetsACaseIsLocked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(w *world)
		call    func(ctx context.Context, w *world, uow ports.UnitOfWork) error
		user    domain.UserID
	}{
		"claim": {func(w *world) { w.submitted("p", owner) }, func(ctx context.Context, w *world, uow ports.UnitOfWork) error {
			_, err := review.ClaimProperty{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ClaimPropertyInput{Actor: valuer, PropertyID: "p"})
			return err
		}, valuer.ID},
		"claim next": {func(w *world) { w.submitted("p", owner) }, func(ctx context.Context, w *world, uow ports.UnitOfWork) error {
			_, err := review.ClaimNextProperty{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ClaimNextPropertyInput{Actor: valuer})
			return err
		}, valuer.ID},
		"reassign": {func(w *world) { w.claimed("p") }, func(ctx context.Context, w *world, uow ports.UnitOfWork) error {
			_, err := review.ReassignClaim{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ReassignClaimInput{
				Actor: supervisor, PropertyID: "p", ValuerID: rival.ID, Reason: "Her shift is over",
			})
			return err
		}, rival.ID},
		"return": {func(w *world) { w.risky("p") }, func(ctx context.Context, w *world, uow ports.UnitOfWork) error {
			_, err := review.ReturnValuation{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ReturnValuationInput{
				Actor: supervisor, PropertyID: "p", Reason: "Which sales?",
			})
			return err
		}, valuer.ID},
		"answer": {func(w *world) { w.asked("p") }, func(ctx context.Context, w *world, uow ports.UnitOfWork) error {
			_, err := review.AnswerFollowUp{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.AnswerFollowUpInput{
				Actor: owner, PropertyID: "p", Answers: w.answers,
			})
			return err
		}, valuer.ID},
	} {
		w := newWorld(t)
		c.prepare(w)
		r := &recorder{UnitOfWork: w.Store}
		require.NoError(t, c.call(t.Context(), w, r), name)
		assert.Equal(t, []string{"p", string(c.user)}, r.locked, name)
	}
}
