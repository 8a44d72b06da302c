package domain_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// action is one Property method, called the way it succeeds where the state allows it.
type action struct {
	method string
	by     domain.Actor
	wait   time.Duration // after the case reached its state
	call   func(k *kase, by domain.Actor) (domain.Change, error)
	to     map[domain.State]domain.State // allowed from → resulting state
	code   string                        // of the error in every other state
}

func moves(from, to domain.State) map[domain.State]domain.State {
	return map[domain.State]domain.State{from: to}
}

func stays(states ...domain.State) map[domain.State]domain.State {
	m := make(map[domain.State]domain.State, len(states))
	for _, s := range states {
		m[s] = s
	}
	return m
}

// appraise values the case and keeps the valuation where that succeeds.
func (k *kase) appraise(by domain.Actor, risks ...domain.Risk) (domain.Change, error) {
	v := valuation(by, risks...)
	if k.Otherwise != nil {
		k.Otherwise(&v)
	}
	change, err := k.Property.Value(by, k.evidence(&v), k.Now)
	if err == nil {
		k.Valuation = v
	}
	return change, err
}

func just(err error) (domain.Change, error) { return domain.Change{}, err }

// actions holds every method that changes a property or guards a change of its parts.
var actions = []action{
	{"Submit", owner, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Submit(by, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
	}, moves(domain.Draft, domain.Submitted), "illegal_transition"},
	{"Edit", owner, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Edit(by, domain.DetailsChange{}, nil, k.Now)
	}, stays(domain.Draft, domain.FollowUpRequired), "property_locked"},
	{"Withdraw", owner, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Withdraw(by, k.Now)
	}, map[domain.State]domain.State{
		domain.Draft: domain.Withdrawn, domain.Submitted: domain.Withdrawn, domain.UnderReview: domain.Withdrawn,
		domain.FollowUpRequired: domain.Withdrawn, domain.AwaitingSignOff: domain.Withdrawn,
	}, "illegal_transition"},
	{"Purge", domain.System, 8 * 366 * 24 * time.Hour, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.Purge(k.Now)
	}, stays(domain.Approved, domain.Valued, domain.Rejected, domain.Withdrawn), "retention_running"},
	{"Restrict", owner, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Restrict(by, k.Now)
	}, stays(domain.Approved, domain.Valued, domain.Rejected, domain.Withdrawn), "illegal_transition"},
	{"MayDelete", owner, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return just(k.Property.MayDelete())
	}, stays(domain.Draft), "not_a_draft"},
	{"MayAddPhoto", owner, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return just(k.Property.MayAddPhoto(front, k.Photos))
	}, stays(domain.Draft), "property_locked"},
	{"MayCompletePhoto", owner, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return just(k.Property.MayCompletePhoto(k.Photos[0]))
	}, stays(domain.Draft), "property_locked"},
	{"CheckSubmission", owner, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		_, err := k.Property.CheckSubmission(by, domain.Evidence{Photos: k.Photos})
		return just(err)
	}, stays(domain.Draft, domain.FollowUpRequired), "illegal_transition"},
	{"MayDeletePhoto", owner, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return just(k.Property.MayDeletePhoto(k.Photos[0]))
	}, stays(domain.Draft), "property_locked"},
	{"ClaimFor", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.ClaimFor(by, k.Now)
	}, moves(domain.Submitted, domain.UnderReview), "illegal_transition"},
	{"RequireClaim", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return just(k.Property.RequireClaim(domain.ActionPhotoResolved, by))
	}, stays(domain.UnderReview), "illegal_transition"},
	{"Heartbeat", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return just(k.Property.Heartbeat(by, k.Now))
	}, stays(domain.UnderReview), "illegal_transition"},
	{"RevokeClaim", supervisor, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.RevokeClaim(by, "her shift is over", k.Now)
	}, moves(domain.UnderReview, domain.Submitted), "illegal_transition"},
	{"ReassignClaim", supervisor, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.ReassignClaim(by, working(otherValuer), "her shift is over", k.Now)
	}, stays(domain.UnderReview), "illegal_transition"},
	{"ReleaseFrom", domain.System, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.ReleaseFrom(disabled(valuer), k.Now)
	}, moves(domain.UnderReview, domain.Submitted), "claim_not_held"},
	{"Release", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Release(by, k.Now)
	}, moves(domain.UnderReview, domain.Submitted), "illegal_transition"},
	{"ReleaseIdle", domain.System, domain.ClaimIdle, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.ReleaseIdle(k.Now)
	}, moves(domain.UnderReview, domain.Submitted), "claim_alive"},
	{"Flag", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Flag(by, "unusual plot", k.Now)
	}, stays(domain.UnderReview), "illegal_transition"},
	{"AskFollowUp", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.AskFollowUp(by, []domain.FollowUpItem{question("item")}, k.Photos, k.Now)
	}, moves(domain.UnderReview, domain.FollowUpRequired), "illegal_transition"},
	{"AnswerFollowUp", owner, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		change, _, err := k.Property.AnswerFollowUp(by, []domain.FollowUpAnswer{{ItemID: "item", Text: "yes"}}, domain.Evidence{Photos: k.Photos}, k.Now)
		return change, err
	}, moves(domain.FollowUpRequired, domain.Submitted), "illegal_transition"},
	{"RemindFollowUp", domain.System, domain.FollowUpReminder, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.RemindFollowUp(k.Now)
	}, stays(domain.FollowUpRequired), "reminder_not_due"},
	{"ExpireFollowUp", domain.System, domain.FollowUpTTL, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.ExpireFollowUp(k.Now)
	}, moves(domain.FollowUpRequired, domain.Rejected), "follow_up_not_expired"},
	{"Reject", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Reject(by, domain.RejectedIneligible, "a houseboat", k.Now)
	}, moves(domain.UnderReview, domain.Rejected), "illegal_transition"},
	{"Value", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.appraise(by)
	}, moves(domain.UnderReview, domain.Approved), "illegal_transition"},
	{"Value", valuer, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.appraise(by, domain.RiskOffModel)
	}, moves(domain.UnderReview, domain.AwaitingSignOff), "illegal_transition"},
	{"SignOff", supervisor, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.SignOff(by, k.evidence(&k.Valuation), k.Now)
	}, moves(domain.AwaitingSignOff, domain.Approved), "illegal_transition"},
	{"Return", supervisor, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Return(by, &k.Valuation, working(valuer), "look again", k.Now)
	}, moves(domain.AwaitingSignOff, domain.UnderReview), "illegal_transition"},
	{"Return", supervisor, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		return k.Property.Return(by, &k.Valuation, disabled(valuer), "look again", k.Now)
	}, moves(domain.AwaitingSignOff, domain.Submitted), "illegal_transition"},
	{"CompleteReport", domain.System, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.CompleteReport(&k.Valuation, "sha", k.Now)
	}, moves(domain.Approved, domain.Valued), "illegal_transition"},
	{"FailReport", domain.System, 0, func(k *kase, _ domain.Actor) (domain.Change, error) {
		return k.Property.FailReport(&k.Valuation, k.Now)
	}, stays(domain.Approved), "illegal_transition"},
	{"RetryReport", supervisor, 0, func(k *kase, by domain.Actor) (domain.Change, error) {
		k.Valuation.Report.FailedAt = k.Now
		return k.Property.RetryReport(by, &k.Valuation, k.Now)
	}, stays(domain.Approved), "illegal_transition"},
}

// readers are the methods that cannot be refused and change no state.
var readers = []string{
	"Abandoned", "AccessOf", "Commit", "Counts", "FreeFor", "Holder", "JudgePlaces", "LinkCandidate", "LinkSearch", "OpenFollowUp",
	"OutOfReach", "OwnedBy", "PhotoChange", "PhotoJudged", "PhotoTime", "PhotosReady", "PlaceJudged", "Record", "RepeatOf", "Restricted",
	"RetentionEnded", "RetentionEndsAt", "ReviewableBy", "SLAChange", "SeenAsOwner", "Subject", "Unreserve", "Unsubmitted", "VisibleTo",
	"WorkMatters",
}

func TestEveryActionInEveryState(t *testing.T) {
	t.Parallel()
	for _, a := range actions {
		for _, state := range domain.States {
			t.Run(a.method+" in "+string(state), func(t *testing.T) {
				t.Parallel()
				k := inState(t, state).later(a.wait)
				before := snapshot(t, k.Property)
				change, err := a.call(k, a.by)
				to, allowed := a.to[state]
				if !allowed {
					code := a.code
					if a.method == "ClaimFor" && state == domain.UnderReview {
						code = "already_claimed"
					}
					requireError(t, err, domain.KindConflict, code)
					assertUnchanged(t, before, k.Property)
					assert.Zero(t, change)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, to, k.Property.State)
				if change.Action == "" {
					return // a guard, or a heartbeat
				}
				assert.Equal(t, state, change.From)
				assert.Equal(t, to, change.To)
				assert.Equal(t, a.by, change.Actor)
				assert.Equal(t, k.Now, change.At)
				assert.Equal(t, k.Now, k.Property.UpdatedAt)
			})
		}
	}
}

func TestTheTablesHoldEveryMethodOfAProperty(t *testing.T) {
	t.Parallel()
	typ := reflect.TypeFor[*domain.Property]()
	for m := range typ.Methods() {
		known := slices.Contains(readers, m.Name) || slices.ContainsFunc(actions, func(a action) bool { return a.method == m.Name })
		assert.True(t, known, "no test says in which states %s is allowed", m.Name)
	}
}

// TestTransitions spells out the state machine of docs/domain.md once more: every pair of
// states that is not listed here is refused.
func TestTransitions(t *testing.T) {
	t.Parallel()
	legal := map[domain.State][]domain.State{
		domain.Draft:            {domain.Submitted, domain.Withdrawn},
		domain.Submitted:        {domain.UnderReview, domain.Withdrawn},
		domain.UnderReview:      {domain.Submitted, domain.FollowUpRequired, domain.Approved, domain.AwaitingSignOff, domain.Rejected, domain.Withdrawn},
		domain.FollowUpRequired: {domain.Submitted, domain.Rejected, domain.Withdrawn},
		domain.AwaitingSignOff:  {domain.Approved, domain.UnderReview, domain.Submitted, domain.Withdrawn},
		domain.Approved:         {domain.Valued},
	}
	for _, from := range domain.States {
		for _, to := range domain.States {
			assert.Equal(t, slices.Contains(legal[from], to), from.CanMoveTo(to), "%s to %s", from, to)
		}
		assert.False(t, from.CanMoveTo(from), "%s to itself", from)
		assert.False(t, from.CanMoveTo("NOWHERE"))
		assert.Equal(t, len(legal[from]) == 0, from.Final(), "final: %s", from)
	}
	assert.False(t, domain.State("NOWHERE").CanMoveTo(domain.Draft))
}

func TestKindsOfStates(t *testing.T) {
	t.Parallel()
	assert.Len(t, domain.States, 9)
	for _, s := range domain.States {
		decided := slices.Contains([]domain.State{domain.Approved, domain.Valued, domain.Rejected, domain.Withdrawn}, s)
		assert.Equal(t, decided, s.Decided(), s)
		assert.Equal(t, !decided && s != domain.Draft, s.InReview(), s)
	}
}

// TestClaimIsHeldInReviewOnly follows a case through every state.
func TestClaimIsHeldInReviewOnly(t *testing.T) {
	t.Parallel()
	for _, state := range domain.States {
		held := state == domain.UnderReview || state == domain.AwaitingSignOff
		assert.Equal(t, held, inState(t, state).Property.Claim != nil, state)
	}
}
