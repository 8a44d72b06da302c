package domain_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// life is a case that random people do random things to at random times, and a model of what
// docs/domain.md allows, kept apart from the code.
type life struct {
	*kase
	counted   time.Duration // by the SLA clock, as the model counts it
	monotone  bool          // whether time only goes forward
	entries   []domain.AuditEntry
	firstRef  domain.Reference
	decidedAt time.Time
	firstPin  domain.Point // of the submission
	strayed   bool         // the pin left it
}

// everybody who might touch a case; the moonlighters own it and are staff as well.
var everybody = []domain.Actor{
	owner, {ID: owner.ID, Role: domain.RoleValuer}, {ID: owner.ID, Role: domain.RoleSupervisor}, stranger,
	valuer, otherValuer, supervisor, otherSupervisor, admin, domain.System,
}

var waits = []time.Duration{
	0, 1, time.Second, time.Minute, 29 * time.Minute, 31 * time.Minute, time.Hour, 5 * time.Hour, 24 * time.Hour, 48 * time.Hour, 31 * 24 * time.Hour,
}

// pair is what no refused action may change.
type pair struct {
	Property  domain.Property
	Valuation domain.Valuation
}

func TestLifeOfACase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) { (&life{kase: draft(t), monotone: true}).run(rt, t) })
}

func TestLifeUnderClocksThatDiffer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) { (&life{kase: draft(t)}).run(rt, t) })
}

func (l *life) run(rt *rapid.T, t *testing.T) {
	for tries := 0; tries < 50 && (tries < 10 || !l.Property.State.Final()); tries++ {
		l.wait(rt)
		a, by := l.draw(rt)
		before := *l.kase
		was := snapshot(t, pair{before.Property, before.Valuation})
		change, err := a.call(l.kase, by)
		switch {
		case err != nil:
			if a.method == "RetryReport" {
				l.Valuation = before.Valuation // its fixture lets the report fail first
			}
			if snapshot(t, pair{l.Property, l.Valuation}) != was {
				rt.Fatalf("%s by %s failed (%v) and changed the case", a.method, by.ID, err)
			}
		case change.Action != "":
			l.record(rt, a, by, before, change)
		}
		l.check(rt, before)
	}
	if err := domain.VerifyChain(l.entries); err != nil {
		rt.Fatal(err)
	}
}

// draw picks an action and somebody to do it, more often than not somebody who may: else
// random people would hardly ever get a case approved.
func (l *life) draw(rt *rapid.T) (action, domain.Actor) {
	l.drawEvidence(rt)
	sensible, patient := rapid.IntRange(0, 3).Draw(rt, "sensible") > 0, rapid.IntRange(0, 15).Draw(rt, "patient") > 0
	candidates := slices.DeleteFunc(slices.Clone(actions), func(a action) bool {
		_, legal := a.to[l.Property.State]
		return sensible && !legal || patient && (a.method == "Withdraw" || strings.HasPrefix(a.method, "May"))
	})
	if len(candidates) == 0 {
		candidates = actions
	}
	a := rapid.SampledFrom(candidates).Draw(rt, "action")
	by := rapid.SampledFrom(everybody).Draw(rt, "by")
	if rapid.Bool().Draw(rt, "authorised") {
		by = a.by
		if l.Property.Claim != nil && by == valuer {
			by = everybody[slices.IndexFunc(everybody, func(a domain.Actor) bool { return a.ID == l.Property.Claim.ValuerID })]
		}
	}
	return a, by
}

func (l *life) wait(rt *rapid.T) {
	d := rapid.SampledFrom(waits).Draw(rt, "wait")
	if !l.monotone && rapid.Bool().Draw(rt, "back") {
		d = -min(d, time.Hour)
	}
	if slices.Contains([]domain.State{domain.Submitted, domain.UnderReview, domain.AwaitingSignOff}, l.Property.State) {
		l.counted += d
	}
	l.later(d)
}

// record compares a change that succeeded with the rules of docs/domain.md.
func (l *life) record(rt *rapid.T, a action, by domain.Actor, before kase, change domain.Change) {
	from, to := before.Property.State, l.Property.State
	legal := slices.ContainsFunc(actions, func(b action) bool { return b.method == a.method && b.to[from] == to })
	if a.method == "Value" && from == domain.UnderReview { // the evidence decides which of the two it is
		legal = to == domain.Approved || to == domain.AwaitingSignOff
	}
	if slices.Contains([]string{"RevokeClaim", "ReassignClaim", "ReleaseFrom"}, a.method) && from == domain.Submitted && to == from {
		r := before.Property.Reservation // which they end or move
		legal = r != nil && before.Now.Before(r.Until) && change.LostBy == r.ValuerID
	}
	if !legal || change.From != from || change.To != to {
		rt.Fatalf("%s led from %s to %s", a.method, from, to)
	}
	if !allowed(a.method, by, before) {
		rt.Fatalf("%s %s (%s) may not do %s", by.Role, by.ID, before.Property.State, a.method)
	}
	l.checkEvidence(rt, change)
	var prev *domain.AuditEntry
	if n := len(l.entries); n > 0 {
		prev = &l.entries[n-1]
		if prev.To != change.From {
			rt.Fatalf("a change from %s after one to %s", change.From, prev.To)
		}
	}
	l.entries = append(l.entries, change.Effects(l.Property, counter()).Audit.Seal(prev))
}

// allowed reports whether the actor may call the method, by the roles of docs/domain.md.
func allowed(method string, by domain.Actor, before kase) bool {
	p, isOwner := before.Property, by.ID == owner.ID
	switch method {
	case "Submit", "Edit", "Withdraw", "AnswerFollowUp":
		return isOwner
	case "ClaimFor":
		r := p.Reservation
		return by.Role.Reviews() && !isOwner && (r == nil || r.ValuerID == by.ID || !before.Now.Before(r.Until))
	case "Release", "Flag", "AskFollowUp", "Reject", "Value":
		return !isOwner && p.Claim != nil && p.Claim.ValuerID == by.ID
	case "SignOff", "Return":
		return !isOwner && by.Role == domain.RoleSupervisor && by.ID != before.Valuation.ValuerID
	case "RevokeClaim", "ReassignClaim":
		return !isOwner && by.Role == domain.RoleSupervisor
	}
	return true // PropFlow itself, and a supervisor's retry of a report
}

// check holds at every moment.
func (l *life) check(rt *rapid.T, before kase) {
	p := l.Property
	require := func(ok bool, what string) {
		if !ok {
			rt.Fatalf("%s: %+v", what, p)
		}
	}
	submitted := !p.SubmittedAt.IsZero()
	require(submitted == (p.Reference != ""), "the reference comes with the submission")
	require(submitted == !p.SLA.StartedAt.IsZero(), "so does the clock")
	require(submitted || p.State == domain.Draft || p.State == domain.Withdrawn, "no case without a submission")
	require(p.State != domain.Draft || !submitted, "no way back to a draft")
	if submitted {
		require(l.firstRef == "" || l.firstRef == p.Reference, "the reference stays")
		l.firstRef = p.Reference
	}
	require(p.State.Decided() == !p.DecidedAt.IsZero(), "decided once, and then for good")
	if p.State.Decided() {
		require(l.decidedAt.IsZero() || l.decidedAt.Equal(p.DecidedAt), "decided once")
		l.decidedAt = p.DecidedAt
		require(!p.SLA.Running() && p.SLA.Elapsed(l.Now) == p.SLA.Elapsed(l.Now.Add(1000*time.Hour)), "the clock stops with the decision")
	}
	elapsed := p.SLA.Elapsed(l.Now)
	require(elapsed >= 0, "no negative time")
	if l.monotone {
		require(elapsed == l.counted, "the clock counts the lender's time alone, not "+l.counted.String())
	}
	inReview := p.State == domain.UnderReview || p.State == domain.AwaitingSignOff
	require(inReview == (p.Claim != nil), "a claim is held in review")
	require(p.Claim == nil || p.Claim.ValuerID != p.OwnerID, "nobody reviews their own")
	require(p.Reservation == nil || p.State == domain.Submitted, "reserved in the queue alone")
	require((p.State == domain.FollowUpRequired) == (p.OpenFollowUp() != nil), "one open follow-up while the owner is asked")
	require(len(p.FollowUps) >= len(before.Property.FollowUps), "what was asked stays")
	require((p.Rejection != nil) == (p.State == domain.Rejected), "a rejection gives its reason")
	v := l.Valuation
	approved := p.State == domain.Approved || p.State == domain.Valued
	require(!approved || v.Status == domain.ValuationApproved && len(v.Risks) == 0 != (v.SignOff != nil), "approved without risk or by a signature")
	require(v.SignOff == nil || v.SignOff.By != v.ValuerID && v.SignOff.By != p.OwnerID, "nobody signs twice, or for themselves")
	require((p.State == domain.Valued) == (v.Report.Key != ""), "valued with a report")
}

// TestOneOfManyClaimsWins races every valuer for one case.
func TestOneOfManyClaimsWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		k := inState(t, domain.Submitted)
		wins := 0
		for _, by := range rapid.Permutation(everybody).Draw(rt, "order") {
			if _, err := k.Property.ClaimFor(by, k.Now); err == nil {
				wins++
			}
		}
		if wins != 1 {
			rt.Fatalf("%d claims won", wins)
		}
	})
}
