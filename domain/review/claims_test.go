package review_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted("p", owner)
	w.Clock.Advance(time.Minute)
	p, err := w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: valuer, PropertyID: "p"})
	require.NoError(t, err)
	now := w.Clock.Now()
	assert.Equal(t, domain.UnderReview, p.State)
	assert.Equal(t, &domain.Claim{ValuerID: valuer.ID, ClaimedAt: now, HeartbeatAt: now}, p.Claim)
	assert.Equal(t, now, p.ReviewedAt)
	assert.Equal(t, w.Property("p"), p)
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionSubmitted, domain.ActionClaimed}, w.Actions("p"))
	assert.Contains(t, w.messages(), "REVIEW_STARTED WHATSAPP")

	release := review.ReleaseClaim{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	p, err = release.Execute(t.Context(), review.ReleaseClaimInput{Actor: valuer, PropertyID: "p"})
	require.NoError(t, err)
	assert.Equal(t, domain.Submitted, p.State)
	assert.Nil(t, p.Claim)

	told := len(w.messages())
	_, err = w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "p"})
	require.NoError(t, err)
	assert.Len(t, w.messages(), told, "the owner hears of the first review only")
}

func TestOneOfManyRacingValuersWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submitted("p", owner)
	const valuers = 32
	racing := hireMany(w, valuers)
	var won []domain.UserID
	var mu sync.Mutex
	var racers sync.WaitGroup
	for i := range valuers {
		by := racing[i]
		racers.Go(func() {
			_, err := w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: by, PropertyID: "p"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, by.ID)
				return
			}
			assert.Equal(t, "already_claimed", domain.CodeOf(err))
		})
	}
	racers.Wait()
	require.Len(t, won, 1)
	assert.Equal(t, won[0], w.Property("p").Claim.ValuerID)
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionSubmitted, domain.ActionClaimed}, w.Actions("p"))
}

// hireMany adds n valuers.
func hireMany(w *world, n int) []domain.Actor {
	w.T.Helper()
	hired := make([]domain.Actor, n)
	for i := range hired {
		hired[i] = domain.Actor{ID: domain.UserID("valuer " + strconv.Itoa(i)), Role: domain.RoleValuer}
		w.Do(func(ctx context.Context, tx ports.Tx) error {
			return tx.Users.Add(ctx, domain.User{ID: hired[i].ID, Phone: domain.Phone("+9198000000" + strconv.Itoa(10+i)), Role: hired[i].Role})
		})
	}
	return hired
}

func TestRacingForTheNextNobodyGetsWhatAnotherHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const cases, valuers = 6, 9
	for i := range cases {
		w.submitted(domain.PropertyID("p"+strconv.Itoa(i)), owner)
	}
	racing, claimed := hireMany(w, valuers), make(chan domain.PropertyID, valuers)
	var racers sync.WaitGroup
	for i := range valuers {
		racers.Go(func() {
			uc := review.ClaimNextProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			by := racing[i]
			p, err := uc.Execute(t.Context(), review.ClaimNextPropertyInput{Actor: by})
			if err != nil {
				assert.Equal(t, "queue_empty", domain.CodeOf(err))
				return
			}
			assert.Equal(t, by.ID, p.Claim.ValuerID)
			claimed <- p.ID
		})
	}
	racers.Wait()
	close(claimed)
	distinct := map[domain.PropertyID]bool{}
	for id := range claimed {
		assert.False(t, distinct[id], "%s was claimed twice", id)
		distinct[id] = true
	}
	assert.Len(t, distinct, cases)
}

func TestTheNextIsTheMostPressing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	next := func(by domain.Actor) (domain.PropertyID, error) {
		uc := review.ClaimNextProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
		p, err := uc.Execute(t.Context(), review.ClaimNextPropertyInput{Actor: by})
		return p.ID, err
	}
	_, err := next(valuer)
	fixture.Refused(t, err, domain.KindNotFound, "queue_empty")

	w.submitted("older", owner)
	w.Clock.Advance(time.Minute)
	w.asked("reserved")
	w.answered("reserved")
	w.submitted("own", landlord)

	id, err := next(rival)
	require.NoError(t, err)
	assert.Equal(t, domain.PropertyID("older"), id, "the other one waits for its valuer")
	_, err = next(landlord)
	fixture.Refused(t, err, domain.KindNotFound, "queue_empty")
	id, err = next(valuer)
	require.NoError(t, err)
	assert.Equal(t, domain.PropertyID("reserved"), id, "one's own comes first")
}

// raceLost is a store whose LockNext finds what somebody else took this moment.
type raceLost struct{ ports.UnitOfWork }

func (r raceLost) Do(ctx context.Context, fn func(context.Context, ports.Tx) error) error {
	return r.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Properties = lockTaken{tx.Properties}
		return fn(ctx, tx)
	})
}

type lockTaken struct{ ports.PropertyStore }

func (s lockTaken) LockNext(ctx context.Context, _ domain.UserID, _ time.Time) (domain.Property, error) {
	return s.Get(ctx, "p")
}

func TestTheNextIsCheckedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	uc := review.ClaimNextProperty{UnitOfWork: raceLost{w.Store}, Clock: w.Clock, IDs: w.IDs}
	_, err := uc.Execute(t.Context(), review.ClaimNextPropertyInput{Actor: rival})
	fixture.Refused(t, err, domain.KindConflict, "already_claimed")
}

func TestAHeartbeatKeepsAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	beat := review.HeartbeatClaim{UnitOfWork: w.Store, Clock: w.Clock}
	sweep := review.ReleaseIdleClaims{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}

	w.Clock.Advance(domain.ClaimIdle - 1)
	actions := len(w.Actions("p"))
	require.NoError(t, beat.Execute(t.Context(), review.HeartbeatClaimInput{Actor: valuer, PropertyID: "p"}))
	assert.Len(t, w.Actions("p"), actions, "a heartbeat is no event of the case")
	w.Clock.Advance(domain.ClaimIdle - 1)
	require.NoError(t, sweep.Execute(t.Context(), ""))
	assert.Equal(t, domain.UnderReview, w.Property("p").State, "one nanosecond early")
	w.Clock.Advance(1)
	require.NoError(t, sweep.Execute(t.Context(), ""))
	p := w.Property("p")
	assert.Equal(t, domain.Submitted, p.State)
	assert.Nil(t, p.Claim)
	assert.Equal(t, domain.ActionReleasedIdle, w.Actions("p")[3])

	after := w.Everything()
	require.NoError(t, sweep.Execute(t.Context(), ""))
	assert.Equal(t, after, w.Everything(), "once")
	err := beat.Execute(t.Context(), review.HeartbeatClaimInput{Actor: valuer, PropertyID: "p"})
	fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
}

func TestAFlagAndARejectionNeedTheirReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	before := w.Everything()
	flag := review.FlagProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	reject := review.RejectProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	ask := w.ask()

	_, err := flag.Execute(t.Context(), review.FlagPropertyInput{Actor: valuer, PropertyID: "p", Reason: " a "})
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	_, err = reject.Execute(t.Context(), review.RejectPropertyInput{Actor: valuer, PropertyID: "p", Code: domain.RejectedFollowUpExpired, Note: "PropFlow's own code"})
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	_, err = ask.Execute(t.Context(), review.AskFollowUpInput{Actor: valuer, PropertyID: "p"})
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	assert.Equal(t, before, w.Everything())

	p, err := flag.Execute(t.Context(), review.FlagPropertyInput{Actor: valuer, PropertyID: "p", Reason: "Odd title"})
	require.NoError(t, err)
	assert.Equal(t, &domain.SignOffFlag{By: valuer.ID, Reason: "Odd title", At: w.Clock.Now()}, p.SignOffFlag)
	p, err = reject.Execute(t.Context(), review.RejectPropertyInput{Actor: valuer, PropertyID: "p", Code: domain.RejectedOther, Note: "Twice pledged"})
	require.NoError(t, err)
	assert.Equal(t, domain.Rejected, p.State)
	assert.Equal(t, &domain.Rejection{Code: domain.RejectedOther, Note: "Twice pledged", By: valuer.ID, At: w.Clock.Now()}, p.Rejection)
	assert.Equal(t, w.Clock.Now(), p.SLA.StoppedAt)
	assert.Contains(t, w.messages(), "REJECTED SMS")
}
