package review_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// call is one use case on the property "p", in a world in which it succeeds.
type call struct {
	name    string
	prepare func(w *world)
	execute func(ctx context.Context, w *world, actor domain.Actor, key domain.IdempotencyKey) (domain.Property, error)
	actor   domain.Actor
	keyed   bool
	from    domain.State // what the call asks of the property, "" for any
	claim   bool         // the actor must hold the claim
}

// calls lists every use case that changes one property at a person's wish.
func calls() []call {
	claimed := func(w *world) { w.claimed("p") }
	return []call{
		{"claim", func(w *world) { w.submitted("p", owner) }, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			return w.claim().Execute(ctx, review.ClaimPropertyInput{Actor: a, Key: k, PropertyID: "p"})
		}, valuer, true, domain.Submitted, false},
		{"claim next", func(w *world) { w.submitted("p", owner) }, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.ClaimNextProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.ClaimNextPropertyInput{Actor: a, Key: k})
		}, valuer, true, "", false},
		{"heartbeat", claimed, func(ctx context.Context, w *world, a domain.Actor, _ domain.IdempotencyKey) (domain.Property, error) {
			uc := review.HeartbeatClaim{UnitOfWork: w.Store, Clock: w.Clock}
			return domain.Property{}, uc.Execute(ctx, review.HeartbeatClaimInput{Actor: a, PropertyID: "p"})
		}, valuer, false, domain.UnderReview, true},
		{"release", claimed, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.ReleaseClaim{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.ReleaseClaimInput{Actor: a, Key: k, PropertyID: "p"})
		}, valuer, true, domain.UnderReview, true},
		{"ask", claimed, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			return w.ask().Execute(ctx, review.AskFollowUpInput{Actor: a, Key: k, PropertyID: "p", Items: []domain.FollowUpItem{question}})
		}, valuer, true, domain.UnderReview, true},
		{"reject", claimed, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.RejectProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.RejectPropertyInput{Actor: a, Key: k, PropertyID: "p", Code: domain.RejectedIneligible, Note: "A shop"})
		}, valuer, true, domain.UnderReview, true},
		{"flag", claimed, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.FlagProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.FlagPropertyInput{Actor: a, Key: k, PropertyID: "p", Reason: "Odd title"})
		}, valuer, true, domain.UnderReview, true},
		{"revoke", claimed, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			return w.revoke().Execute(ctx, review.RevokeClaimInput{Actor: a, Key: k, PropertyID: "p", Reason: "Her shift is over"})
		}, supervisor, true, domain.UnderReview, false},
		{"reassign", claimed, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			return w.reassign().Execute(ctx, review.ReassignClaimInput{Actor: a, Key: k, PropertyID: "p", ValuerID: rival.ID, Reason: "Her shift is over"})
		}, supervisor, true, domain.UnderReview, false},
		{"sign off", func(w *world) { w.risky("p") }, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.SignOffValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.SignOffValuationInput{Actor: a, Key: k, PropertyID: "p"})
		}, supervisor, true, domain.AwaitingSignOff, false},
		{"return", func(w *world) { w.risky("p") }, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.ReturnValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.ReturnValuationInput{Actor: a, Key: k, PropertyID: "p", Reason: "Which sales?"})
		}, supervisor, true, domain.AwaitingSignOff, false},
		{"answer", func(w *world) { w.asked("p") }, func(ctx context.Context, w *world, a domain.Actor, k domain.IdempotencyKey) (domain.Property, error) {
			uc := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
			return uc.Execute(ctx, review.AnswerFollowUpInput{Actor: a, Key: k, PropertyID: "p", Answers: w.answers})
		}, owner, true, domain.FollowUpRequired, false},
	}
}

// keyOf makes the key of a request; operation names the call.
func keyOf(c call, fingerprint string) domain.IdempotencyKey {
	return domain.IdempotencyKey{UserID: c.actor.ID, Operation: c.name, Key: "key", Fingerprint: fingerprint}
}

func TestARequestThatComesAgainChangesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if !c.keyed {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.prepare(w)
			first, err := c.execute(t.Context(), w, c.actor, keyOf(c, "a"))
			require.NoError(t, err)
			after := w.Everything()

			again, err := c.execute(t.Context(), w, c.actor, keyOf(c, "a"))
			require.NoError(t, err)
			assert.Equal(t, first, again)
			assert.Equal(t, w.Property("p"), again, "the result holds the version that is stored")
			assert.Equal(t, after, w.Everything())

			_, err = c.execute(t.Context(), w, c.actor, keyOf(c, "b"))
			fixture.Refused(t, err, domain.KindKeyReused, "idempotency_key_reused")
			assert.Equal(t, after, w.Everything())

			other := keyOf(c, "a")
			other.Key = "another"
			_, err = c.execute(t.Context(), w, c.actor, other)
			if c.name != "flag" { // a reason may be given anew
				require.Error(t, err, "another key is another request")
				assert.Equal(t, after, w.Everything())
			}
		})
	}
}

func TestRacingTwinsOfARequestHaveOneEffect(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if !c.keyed {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.prepare(w)
			before := len(w.Everything().Audit)
			results := make([]domain.Property, 8)
			var racers sync.WaitGroup
			for i := range results {
				racers.Go(func() {
					var err error
					results[i], err = c.execute(t.Context(), w, c.actor, keyOf(c, "a"))
					assert.NoError(t, err)
				})
			}
			racers.Wait()
			for _, r := range results {
				assert.Equal(t, results[0], r)
			}
			assert.Len(t, w.Everything().Audit, before+1)
		})
	}
}

// Whatever call of a port fails, the use case says so, changes nothing, and succeeds when
// asked again.
func TestEveryPortCallMayFail(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			key := domain.IdempotencyKey{}
			if c.keyed {
				key = keyOf(c, "a")
			}
			// Begin, lock, update and commit at least.
			fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 4, Prepare: func(f *fixture.World) func(context.Context) error {
				w := staffed(f)
				c.prepare(w)
				return func(ctx context.Context) error {
					_, err := c.execute(ctx, w, c.actor, key)
					return err
				}
			}})
		})
	}
}

// Every state but the right one refuses the call, and nothing changes.
func TestIllegalTransitionsAreRefused(t *testing.T) {
	t.Parallel()
	states := map[domain.State]func(w *world){
		domain.Submitted:        func(w *world) { w.submitted("p", owner) },
		domain.UnderReview:      func(w *world) { w.claimed("p") },
		domain.FollowUpRequired: func(w *world) { w.asked("p") },
		domain.AwaitingSignOff:  func(w *world) { w.risky("p") },
	}
	decided := map[string]domain.State{"sign off": domain.Approved, "reject": domain.Rejected}
	for _, c := range calls() {
		if state, ok := decided[c.name]; ok {
			states[state] = func(w *world) {
				c.prepare(w)
				_, err := c.execute(w.T.Context(), w, c.actor, domain.IdempotencyKey{})
				require.NoError(w.T, err)
			}
		}
	}
	for _, c := range calls() {
		for state, bring := range states {
			if c.from == "" || c.from == state {
				continue
			}
			t.Run(c.name+" while "+string(state), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				bring(w)
				before := w.Everything()
				require.Equal(t, state, before.Properties[0].State)
				_, err := c.execute(t.Context(), w, c.actor, keyOf(c, "a"))
				code := "illegal_transition"
				if c.name == "claim" && state == domain.UnderReview {
					code = "already_claimed"
				}
				fixture.Refused(t, err, domain.KindConflict, code)
				assert.Equal(t, before, w.Everything())
			})
		}
	}
}

func TestOtherPeoplesPropertiesDoNotExist(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if c.name == "claim next" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.prepare(w)
			before := w.Everything()
			_, err := c.execute(t.Context(), w, stranger, keyOf(c, "a"))
			fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
			if c.name == "answer" {
				_, err = c.execute(t.Context(), w, valuer, keyOf(c, "a"))
				fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
			}
			assert.Equal(t, before, w.Everything())
		})
		t.Run(c.name+" a draft", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Draft("p", stranger)
			before := w.Everything()
			_, err := c.execute(t.Context(), w, c.actor, keyOf(c, "a"))
			fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
			assert.Equal(t, before, w.Everything())
		})
	}
}

func TestWithoutTheClaimNothingGoes(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if !c.claim {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.prepare(w)
			before := w.Everything()
			_, err := c.execute(t.Context(), w, rival, keyOf(c, "a"))
			fixture.Refused(t, err, domain.KindConflict, "claim_not_held")
			assert.Equal(t, before, w.Everything())
		})
	}
}

func TestNobodyReviewsTheirOwnProperty(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		if c.name == "claim next" || c.name == "answer" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.submitted("p", landlord)
			before := w.Everything()
			_, err := c.execute(t.Context(), w, landlord, keyOf(c, "a"))
			fixture.Refused(t, err, domain.KindForbidden, "own_property")
			assert.Equal(t, before, w.Everything())
		})
	}
}

func TestAPropertyThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, c := range calls() {
		_, err := c.execute(t.Context(), newWorld(t), c.actor, keyOf(c, "a"))
		code := "property_not_found"
		if c.name == "claim next" {
			code = "queue_empty"
		}
		fixture.Refused(t, err, domain.KindNotFound, code)
	}
}
