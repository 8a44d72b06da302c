package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// answered is a case that is reserved for the valuer who asked.
func answered(t testing.TB) *kase {
	t.Helper()
	k := inState(t, domain.FollowUpRequired)
	_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "item", Text: "yes"})
	require.NoError(t, err)
	return k
}

func TestRevokingAClaim(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview).later(time.Minute)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.RevokeClaim(supervisor, "her shift is over", k.Now)
	})
	assert.Nil(t, k.Property.Claim)
	assert.Nil(t, k.Property.Reservation, "all may claim it, she too")
	assert.Equal(t, []domain.Handover{{By: supervisor.ID, At: k.Now, From: valuer.ID, Reason: "her shift is over"}}, k.Property.Handovers)
	assert.Equal(t, domain.Change{
		Action: domain.ActionClaimRevoked, From: domain.UnderReview, To: domain.Submitted, Actor: supervisor, At: k.Now, LostBy: valuer.ID,
		Facts: []domain.Fact{{Name: "from_valuer", Value: "valuer"}, {Name: "reason", Value: k.Property.Commit("her shift is over")}},
	}, change)
	k.claim(t, valuer)
}

func TestRevokingAReservation(t *testing.T) {
	t.Parallel()
	k := answered(t).later(time.Minute)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.RevokeClaim(supervisor, "she is on leave", k.Now)
	})
	assert.Equal(t, domain.ActionReservationEnded, change.Action)
	assert.Equal(t, domain.Submitted, change.From)
	assert.Equal(t, domain.Submitted, change.To)
	assert.Equal(t, valuer.ID, change.LostBy)
	assert.Equal(t, k.Now, k.Property.UpdatedAt)
	k.claim(t, otherValuer)

	k = answered(t).later(domain.ReservationTTL)
	before := snapshot(t, k.Property)
	_, err := k.Property.RevokeClaim(supervisor, "too late", k.Now)
	requireError(t, err, domain.KindConflict, "illegal_transition")
	_, err = k.Property.ReassignClaim(supervisor, working(otherValuer), "too late", k.Now)
	requireError(t, err, domain.KindConflict, "illegal_transition")
	assertUnchanged(t, before, k.Property)
}

func TestReassigningAClaim(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview).later(29 * time.Minute)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.ReassignClaim(supervisor, working(otherValuer), "she knows the street", k.Now)
	})
	assert.Equal(t, &domain.Claim{ValuerID: otherValuer.ID, ClaimedAt: k.Now, HeartbeatAt: k.Now}, k.Property.Claim, "the heartbeat starts now")
	assert.Equal(t, domain.Change{
		Action: domain.ActionClaimReassigned, From: domain.UnderReview, To: domain.UnderReview, Actor: supervisor, At: k.Now,
		LostBy: valuer.ID, GivenTo: otherValuer.ID,
		Facts: []domain.Fact{
			{Name: "from_valuer", Value: "valuer"}, {Name: "to_valuer", Value: "other-valuer"},
			{Name: "reason", Value: k.Property.Commit("she knows the street")},
		},
	}, change)
	assert.Equal(t, []domain.Step{{Kind: domain.StepClaimed, PropertyID: k.Property.ID, UserID: otherValuer.ID, At: k.Now}},
		change.Effects(k.Property, counter()).Steps, "the valuation will count for her")
	requireError(t, k.Property.Heartbeat(valuer, k.Now), domain.KindConflict, "claim_not_held")
	require.NoError(t, k.Property.Heartbeat(otherValuer, k.Now))

	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.ReassignClaim(supervisor, working(supervisor), "I take it myself", k.Now)
	})
	assert.Equal(t, []domain.Handover{
		{By: supervisor.ID, At: k.Now, From: valuer.ID, To: otherValuer.ID, Reason: "she knows the street"},
		{By: supervisor.ID, At: k.Now, From: otherValuer.ID, To: supervisor.ID, Reason: "I take it myself"},
	}, k.Property.Handovers)
}

func TestReassigningAReservation(t *testing.T) {
	t.Parallel()
	k := answered(t).later(29 * time.Minute)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.ReassignClaim(supervisor, working(otherValuer), "she is on leave", k.Now)
	})
	assert.Equal(t, domain.ActionReservationMoved, change.Action)
	assert.Equal(t, &domain.Reservation{ValuerID: otherValuer.ID, Until: k.Now.Add(30 * time.Minute)}, k.Property.Reservation)
	_, err := k.later(29*time.Minute).Property.ClaimFor(valuer, k.Now)
	requireError(t, err, domain.KindConflict, "reserved")
	k.claim(t, otherValuer)
}

func TestWhoMayBeGivenACase(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	before := snapshot(t, k.Property)
	for name, c := range map[string]struct {
		to    domain.User
		rules []string
	}{
		"disabled":             {disabled(otherValuer), []string{"valuer_id reviewer"}},
		"an admin":             {working(admin), []string{"valuer_id reviewer"}},
		"a customer":           {working(stranger), []string{"valuer_id reviewer"}},
		"unknown":              {domain.User{ID: "nobody"}, []string{"valuer_id reviewer"}},
		"the owner, a valuer":  {domain.User{ID: owner.ID, Role: domain.RoleValuer}, []string{"valuer_id reviewer"}},
		"who has it":           {working(valuer), []string{"valuer_id another"}},
		"who has it, disabled": {disabled(valuer), []string{"valuer_id reviewer", "valuer_id another"}},
	} {
		_, err := k.Property.ReassignClaim(supervisor, c.to, "her shift is over", k.Now)
		assert.Equal(t, c.rules, brokenFields(t, err), name)
		assertUnchanged(t, before, k.Property)
	}
	for reason, rule := range map[string]string{
		"": "reason length", "x\t": "reason length", "..........": "reason words", strings.Repeat("word ", 101): "reason length", "nul\x00l": "reason length",
	} {
		_, err := k.Property.ReassignClaim(supervisor, working(otherValuer), reason, k.Now)
		assert.Equal(t, []string{rule}, brokenFields(t, err), "%q", reason)
		_, err = k.Property.RevokeClaim(supervisor, reason, k.Now)
		assert.Equal(t, []string{rule}, brokenFields(t, err), "%q", reason)
		assertUnchanged(t, before, k.Property)
	}
}

// TestReleasingFromStaffWhoLeft releases what a disabled or demoted valuer has, and no more.
func TestReleasingFromStaffWhoLeft(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]domain.User{"disabled": disabled(valuer), "demoted": {ID: valuer.ID, Role: domain.RoleAdmin}} {
		k := inState(t, domain.UnderReview)
		change := k.do(t, func(p *domain.Property) (domain.Change, error) { return p.ReleaseFrom(user, k.Now) })
		assert.Equal(t, domain.Change{
			Action: domain.ActionClaimRevoked, From: domain.UnderReview, To: domain.Submitted, Actor: domain.System, At: k.Now,
			LostBy: valuer.ID, Facts: []domain.Fact{{Name: "from_valuer", Value: "valuer"}},
		}, change, name)
		assert.Empty(t, k.Property.Handovers, "nobody decided it about this case")

		k = answered(t)
		change = k.do(t, func(p *domain.Property) (domain.Change, error) { return p.ReleaseFrom(user, k.Now) })
		assert.Equal(t, domain.ActionReservationEnded, change.Action, name)
		k.claim(t, otherValuer)
	}
	for name, k := range map[string]*kase{
		"another's claim":       inState(t, domain.Submitted).claim(t, otherValuer),
		"awaiting sign-off":     inState(t, domain.AwaitingSignOff),
		"a late reservation":    answered(t).later(domain.ReservationTTL),
		"nobody's":              inState(t, domain.Submitted),
		"the owner's to answer": inState(t, domain.FollowUpRequired),
	} {
		before := snapshot(t, k.Property)
		_, err := k.Property.ReleaseFrom(disabled(valuer), k.Now)
		requireError(t, err, domain.KindConflict, "claim_not_held")
		assertUnchanged(t, before, k.Property)
		assert.NotEqual(t, valuer.ID, k.Property.Holder(k.Now), name)
	}
	k := inState(t, domain.UnderReview)
	_, err := k.Property.ReleaseFrom(working(valuer), k.Now)
	requireError(t, err, domain.KindConflict, "claim_not_held")
}

// TestAReturnToOneWhoLeft frees the case for all: its valuer would never open it again.
func TestAReturnToOneWhoLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		valuer domain.User
		to     domain.State
	}{
		"works":         {working(valuer), domain.UnderReview},
		"now leads":     {domain.User{ID: valuer.ID, Role: domain.RoleSupervisor}, domain.UnderReview},
		"is disabled":   {disabled(valuer), domain.Submitted},
		"administrates": {domain.User{ID: valuer.ID, Role: domain.RoleAdmin}, domain.Submitted},
		"is another":    {working(otherValuer), domain.Submitted},
	} {
		k := inState(t, domain.AwaitingSignOff).later(time.Hour)
		change := k.do(t, func(p *domain.Property) (domain.Change, error) {
			return p.Return(supervisor, &k.Valuation, c.valuer, "look again", k.Now)
		})
		assert.Equal(t, c.to, k.Property.State, name)
		assert.Equal(t, domain.ValuationReturned, k.Valuation.Status, name)
		assert.Equal(t, c.to == domain.UnderReview, k.Property.Claim != nil, name)
		assert.Equal(t, c.to == domain.UnderReview, change.GivenTo == valuer.ID, name)
		if c.to == domain.Submitted {
			assert.Empty(t, change.GivenTo, name)
			assert.True(t, k.Property.FreeFor(otherValuer.ID, k.Now), name)
			k.claim(t, otherValuer)
		}
	}
}

// TestNewsOfAClaimAreForItsValuers checks who gets the event of a handover and what it means to
// each: other readers do not learn whom it is about.
func TestNewsOfAClaimAreForItsValuers(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	events := domain.Change{
		Action: domain.ActionClaimReassigned, From: domain.UnderReview, To: domain.UnderReview, Actor: supervisor, At: t0,
		LostBy: valuer.ID, GivenTo: otherValuer.ID,
	}.Effects(k.Property, counter()).Events
	require.Len(t, events, 1)
	e := events[0]
	for by, want := range map[domain.Actor]domain.ClaimNews{
		valuer: domain.ClaimLost, otherValuer: domain.ClaimGiven, supervisor: "", otherSupervisor: "", owner: "", domain.System: "",
	} {
		assert.Equal(t, want, e.NewsFor(by.ID), by.ID)
	}
	assert.True(t, e.VisibleTo(domain.Actor{ID: valuer.ID, Role: domain.RoleAdmin}), "who was demoted loses the claim too")
	assert.False(t, e.VisibleTo(owner), "the state is the same")
	assert.False(t, e.VisibleTo(admin))
	assert.Empty(t, domain.Event{}.NewsFor(""), "no valuer is not everybody without an id")
}
