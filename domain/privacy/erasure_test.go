package privacy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

const ownersPhone = domain.Phone("+919900000000") // fixture.Hire's first

func requestErasure(w *fixture.World) (domain.PrivacyRequest, error) {
	uc := privacy.RequestErasure{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	return uc.Execute(w.T.Context(), privacy.RequestErasureInput{Actor: fixture.Owner})
}

func finishErasures(w *fixture.World) {
	w.T.Helper()
	uc := privacy.FinishErasures{UnitOfWork: w.Store, Clock: w.Clock, Blobs: w.Blobs}
	require.NoError(w.T, uc.Execute(w.T.Context(), ""))
}

// lives adds a draft, an open case, a decided one and one that was withdrawn.
func lives(t *testing.T) *fixture.World {
	t.Helper()
	w := fixture.New(t)
	live(w)
	return w
}

func live(w *fixture.World) {
	w.T.Helper()
	w.Hire(fixture.Owner, fixture.Valuer, fixture.Supervisor, fixture.Admin)
	w.Ready("draft", fixture.Owner, domain.PhotoPassed)
	w.Ready("open", fixture.Owner, domain.PhotoPassed)
	w.Submit("open", fixture.Owner)
	w.Claim("open")
	rejectedCase(w, "rejected")
	decided(w, "withdrawn", func(p *domain.Property) (domain.Change, error) { return p.Withdraw(fixture.Owner, w.Clock.Now()) })
	w.Ready("another's", fixture.Stranger, domain.PhotoPassed)
}

func read[T any](w *fixture.World, fn func(ctx context.Context, tx ports.Tx) (T, error)) T {
	w.T.Helper()
	got, err := ports.InTx(w.T.Context(), w.Store, fn)
	require.NoError(w.T, err)
	return got
}

func TestErasureWithdrawsRestrictsAndEndsTheLogin(t *testing.T) {
	t.Parallel()
	w := lives(t)
	session := domain.NewSession("s", read(w, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, fixture.Owner.ID)
	}), "", strings.Repeat("0", 64), w.Clock.Now())
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Add(ctx, session) })
	request, err := requestErasure(w)
	require.NoError(t, err)
	assert.Equal(t, domain.PrivacyErasure, request.Kind)
	assert.Equal(t, domain.PrivacyOpen, request.State)
	assert.Equal(t, w.Clock.Now().AddDate(domain.RetentionDecided, 0, 0), request.DueAt, "the rejected case is kept longest")

	states := map[domain.PropertyID]domain.State{}
	for _, p := range w.Everything().Properties {
		states[p.ID] = p.State
		assert.Equal(t, p.OwnerID == fixture.Owner.ID, p.Restricted(), p.ID)
	}
	assert.Equal(t, map[domain.PropertyID]domain.State{
		"open": domain.Withdrawn, "rejected": domain.Rejected, "withdrawn": domain.Withdrawn, "another's": domain.Draft,
	}, states)
	for _, by := range []domain.Actor{fixture.Valuer, fixture.Supervisor, fixture.Admin} {
		err := w.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.GetVisible(ctx, by, "rejected")
			return err
		})
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	}
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Get(ctx, fixture.Owner.ID)
		require.NoError(t, err)
		assert.True(t, user.Erased())
		assert.True(t, user.Disabled)
		assert.Empty(t, user.Name)
		live, err := tx.Sessions.Live(ctx, fixture.Owner.ID, w.Clock.Now())
		assert.Empty(t, live)
		return err
	})
	_, err = requestErasure(w)
	fixture.Refused(t, err, domain.KindConflict, "erasure_requested")
	w.Do(func(ctx context.Context, tx ports.Tx) error { // the number is free
		return tx.Users.Add(ctx, domain.NewCustomer("somebody new", ownersPhone, w.Clock.Now()))
	})
}

func TestErasureEndsWithTheLastRetention(t *testing.T) {
	t.Parallel()
	w := lives(t)
	_, err := requestErasure(w)
	require.NoError(t, err)
	erasure := func() domain.Erasure {
		return read(w, func(ctx context.Context, tx ports.Tx) (domain.Erasure, error) {
			return tx.Erasures.Get(ctx, fixture.Owner.ID)
		})
	}
	assert.Equal(t, ownersPhone, erasure().Phone, "the rejected case must name its owner")
	for _, years := range []int{domain.RetentionWithdrawn, domain.RetentionDecided - domain.RetentionWithdrawn} {
		finishErasures(w)
		assert.Zero(t, erasure().FinishedAt)
		w.Clock.Advance(w.Clock.Now().AddDate(years, 0, 0).Sub(w.Clock.Now()))
		require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	}
	finishErasures(w)
	assert.Equal(t, domain.Erasure{
		UserID: fixture.Owner.ID, AskedAt: erasure().AskedAt, FinishedAt: w.Clock.Now(), Version: erasure().Version,
	}, erasure())
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Users.Get(ctx, fixture.Owner.ID)
		fixture.Refused(t, err, domain.KindNotFound, "user_not_found")
		requests, err := tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{UserID: fixture.Owner.ID}, domain.Page{})
		require.Len(t, requests.Items, 1)
		assert.Equal(t, domain.PrivacyGranted, requests.Items[0].State)
		return err
	})
	for _, id := range []domain.PropertyID{"open", "rejected", "withdrawn"} {
		require.NoError(t, domain.VerifyChain(w.Chain(id)))
	}
	finishErasures(w) // again
}

func TestErasureOfAPersonWithoutCasesIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner)
	w.Ready("draft", fixture.Owner, domain.PhotoPassed)
	request, err := requestErasure(w)
	require.NoError(t, err)
	assert.Equal(t, w.Clock.Now(), request.DueAt)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		erasure, err := tx.Erasures.Get(ctx, fixture.Owner.ID)
		assert.Empty(t, erasure.Phone)
		return err
	})
	finishErasures(w)
	assert.Empty(t, w.Everything().Properties)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Users.Get(ctx, fixture.Owner.ID)
		fixture.Refused(t, err, domain.KindNotFound, "user_not_found")
		return nil
	})
}

func TestAHoldKeepsTheCaseAndOpensItToSupervisors(t *testing.T) {
	t.Parallel()
	for name, subject := range map[string]privacy.PlaceHoldInput{
		"case": {PropertyID: "rejected"}, "person": {UserID: fixture.Owner.ID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := lives(t)
			subject.Actor, subject.Reason = fixture.Admin, "Order of the tribunal, OA 118/2026."
			hold, err := privacy.PlaceHold{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), subject)
			require.NoError(t, err)
			_, err = requestErasure(w)
			require.NoError(t, err)
			seen := func(by domain.Actor) error {
				return w.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
					_, err := tx.GetVisible(ctx, by, "rejected")
					return err
				})
			}
			require.NoError(t, seen(fixture.Supervisor))
			fixture.Refused(t, seen(fixture.Valuer), domain.KindNotFound, "property_not_found")

			w.Clock.Advance(w.Clock.Now().AddDate(8, 0, 0).Sub(w.Clock.Now()))
			purge := privacy.PurgeCase{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			fixture.Refused(t, purge.Execute(t.Context(), privacy.PurgeCaseInput{PropertyID: "rejected"}), domain.KindConflict, "case_held")
			require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
			finishErasures(w)
			require.NoError(t, seen(fixture.Supervisor))

			lift := privacy.LiftHold{UnitOfWork: w.Store, Clock: w.Clock}
			in := privacy.LiftHoldInput{Actor: fixture.Admin, HoldID: hold.ID, Reason: "The tribunal closed the matter."}
			_, err = lift.Execute(t.Context(), in)
			require.NoError(t, err)
			_, err = lift.Execute(t.Context(), in)
			fixture.Refused(t, err, domain.KindConflict, "hold_lifted")
			require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
			finishErasures(w)
			fixture.Refused(t, seen(fixture.Supervisor), domain.KindNotFound, "property_not_found")
			assert.Len(t, w.Everything().Properties, 1, "another's")
			codes := map[domain.SecurityCode]int{}
			w.Do(func(ctx context.Context, tx ports.Tx) error {
				events, err := tx.Security.List(ctx, domain.SecurityFilter{}, domain.Page{Limit: 100})
				clear(codes)
				for _, e := range events.Items {
					codes[e.Code]++
				}
				return err
			})
			assert.Equal(t, map[domain.SecurityCode]int{
				domain.SecurityHoldPlaced: 1, domain.SecurityHoldLifted: 1, domain.SecurityErasureAsked: 1, domain.SecurityErasureDone: 1,
			}, codes)
		})
	}
}

func TestErasureIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w := lives(t)
		before := w.Everything()
		w.Faults.FailCall(n)
		_, err := requestErasure(w)
		if !w.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 25)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		w.Faults.Up()
		require.Equal(t, before, w.Everything())
		w.Do(func(ctx context.Context, tx ports.Tx) error {
			user, err := tx.Users.Get(ctx, fixture.Owner.ID)
			assert.False(t, user.Erased())
			return err
		})
	}
}

func TestPeopleAskAndAnAdminAnswers(t *testing.T) {
	t.Parallel()
	w := lives(t)
	create := privacy.CreatePrivacyRequest{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	ask := func(kind domain.PrivacyRequestKind, property domain.PropertyID) (domain.PrivacyRequest, error) {
		return create.Execute(t.Context(), privacy.CreatePrivacyRequestInput{
			Actor: fixture.Owner, Kind: kind, PropertyID: property, Message: "The area in the report is wrong.",
		})
	}
	correction, err := ask(domain.PrivacyCorrection, "rejected")
	require.NoError(t, err)
	assert.Equal(t, 30*24*time.Hour, correction.DueAt.Sub(correction.CreatedAt))
	grievance, err := ask(domain.PrivacyGrievance, "")
	require.NoError(t, err)
	assert.Equal(t, 90*24*time.Hour, grievance.DueAt.Sub(grievance.CreatedAt))
	_, err = ask(domain.PrivacyErasure, "")
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	_, err = ask(domain.PrivacyAccess, "another's")
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")

	answer := privacy.AnswerPrivacyRequest{UnitOfWork: w.Store, Clock: w.Clock}
	in := privacy.AnswerPrivacyRequestInput{
		Actor: fixture.Admin, RequestID: correction.ID, Outcome: domain.PrivacyGranted, Reason: "A note was sent to your branch.",
	}
	answered, err := answer.Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, fixture.Admin.ID, answered.AnsweredBy)
	_, err = answer.Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "privacy_request_answered")
	mine, err := privacy.ListMyPrivacyRequests{UnitOfWork: w.Store}.Execute(t.Context(), privacy.ListMyPrivacyRequestsInput{Actor: fixture.Owner})
	require.NoError(t, err)
	assert.Equal(t, []domain.PrivacyRequest{answered, grievance}, mine.Items, "those due first")
	open, err := privacy.ListPrivacyRequests{UnitOfWork: w.Store}.Execute(t.Context(), privacy.ListPrivacyRequestsInput{
		Actor: fixture.Admin, State: domain.PrivacyOpen,
	})
	require.NoError(t, err)
	assert.Equal(t, []domain.PrivacyRequest{grievance}, open.Items)
	for range domain.MaxOpenPrivacyRequests - 1 {
		_, err := ask(domain.PrivacyAccess, "")
		require.NoError(t, err)
	}
	_, err = ask(domain.PrivacyAccess, "")
	fixture.Refused(t, err, domain.KindConflict, "too_many_privacy_requests")

	// After the erasure nobody reads the words any more.
	_, err = requestErasure(w)
	require.NoError(t, err)
	w.Clock.Advance(8 * 366 * 24 * time.Hour)
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	finishErasures(w)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		all, err := tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{}, domain.Page{Limit: 100})
		for _, r := range all.Items {
			assert.Empty(t, r.Message+r.Reason)
			assert.NotEqual(t, domain.PrivacyOpen, r.State)
		}
		return err
	})
}
