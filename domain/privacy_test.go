package domain_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// personal is in every text that anybody writes in this test's case.
const personal = "Asha Rao +919812345678"

// secretive is a draft whose every part is personal, but the state, which must be one.
func secretive(t *testing.T) (*kase, domain.Change) {
	t.Helper()
	d := domain.DetailsChange{
		Address:  &domain.Address{Line1: personal, Line2: personal, Locality: personal, City: personal, State: "Goa", Pincode: "403987"},
		AreaSqFt: ptr(76543), Bedrooms: ptr(47), Bathrooms: ptr(46), Floor: ptr(145), YearBuilt: ptr(1876),
		Location: &domain.Location{Point: domain.Point{Lat: 12.345678, Lng: 76.543219}, AccuracyM: 43.21},
	}
	p, change, err := domain.NewProperty("property", owner, domain.Villa, personal, d, "blinding-salt", t0)
	require.NoError(t, err)
	place := d.Location.Point
	k := &kase{Property: p, Now: t0, Photos: []domain.Photo{photo("front", front), photo("kitchen", kitchen)}}
	for i := range k.Photos {
		k.Photos[i].Device = domain.DeviceReport{Location: &place, Model: personal}
		k.Photos[i].Facts.EXIF = domain.EXIF{Location: &place, Model: personal, Software: personal}
	}
	k.Photos[0].Status = domain.PhotoFlagged
	return k, change
}

// TestNothingPersonalIsLeftBehind leads a case through everything that can happen to it and
// looks for its owner in whatever was left behind: the audit chain, events, messages to
// send, jobs and steps.
func TestNothingPersonalIsLeftBehind(t *testing.T) {
	t.Parallel()
	k, created := secretive(t)
	left := []domain.Effects{created.Effects(k.Property, counter())}
	do := func(step func(p *domain.Property) (domain.Change, error)) {
		change := k.do(t, step)
		left = append(left, change.Effects(k.Property, counter()))
	}
	type prop = *domain.Property
	do(func(p prop) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(76543)}, nil, k.Now)
	})
	for _, a := range []domain.Action{domain.ActionPhotoCreated, domain.ActionPhotoCompleted, domain.ActionPhotoInspected, domain.ActionPhotoDeleted} {
		do(func(p prop) (domain.Change, error) { return p.PhotoChange(a, k.Photos[0], owner, k.Now), nil })
	}
	do(func(p prop) (domain.Change, error) {
		return p.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
	})
	do(func(p prop) (domain.Change, error) { return p.SLAChange(domain.SLASoon, k.Now), nil })
	claim := func(p prop) (domain.Change, error) { return p.ClaimFor(valuer, k.Now) }
	do(claim)
	do(func(p prop) (domain.Change, error) { return p.Release(valuer, k.Now) })
	do(claim)
	k.later(time.Hour)
	do(func(p prop) (domain.Change, error) { return p.ReleaseIdle(k.Now) })
	do(claim)
	give := func(to domain.Actor) func(prop) (domain.Change, error) {
		return func(p prop) (domain.Change, error) { return p.ReassignClaim(supervisor, working(to), personal, k.Now) }
	}
	revoke := func(p prop) (domain.Change, error) { return p.RevokeClaim(supervisor, personal, k.Now) }
	do(give(otherValuer))
	do(revoke)
	do(claim)
	items := []domain.FollowUpItem{
		{ID: "1", Kind: domain.AnswerQuestion, Message: personal}, {ID: "2", Kind: domain.CorrectField, Field: domain.FieldAddress, Message: personal},
	}
	do(func(p prop) (domain.Change, error) { return p.AskFollowUp(valuer, items, k.Photos, k.Now) })
	do(func(p prop) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{Address: &p.Details.Address}, nil, k.Now)
	})
	k.later(domain.FollowUpReminder)
	do(func(p prop) (domain.Change, error) { return p.RemindFollowUp(k.Now) })
	do(func(p prop) (domain.Change, error) {
		change, _, err := p.AnswerFollowUp(owner, []domain.FollowUpAnswer{{ItemID: "1", Text: personal}, {ItemID: "2"}}, domain.Evidence{Photos: k.Photos}, k.Now)
		return change, err
	})
	do(give(otherValuer))
	do(revoke)
	do(claim)
	require.NoError(t, k.Photos[0].Resolve(domain.FlagAccepted, personal, valuer.ID, k.Now))
	do(func(p prop) (domain.Change, error) {
		return p.PhotoChange(domain.ActionPhotoResolved, k.Photos[0], valuer, k.Now), nil
	})
	do(func(p prop) (domain.Change, error) {
		return p.PhotoChange(domain.ActionPhotoTakenBack, k.Photos[0], valuer, k.Now), nil
	})
	do(func(p prop) (domain.Change, error) { return p.PlaceJudged(k.Photos[0], k.Now), nil })
	do(func(p prop) (domain.Change, error) { return p.Flag(valuer, personal, k.Now) })
	rejected := *k
	appraise := func(p prop) (domain.Change, error) {
		k.Valuation = valuation(valuer)
		k.Valuation.Rationale, k.Valuation.FewerReason = personal, personal
		return p.Value(valuer, k.evidence(&k.Valuation), k.Now)
	}
	do(appraise)
	do(func(p prop) (domain.Change, error) {
		return p.Return(supervisor, &k.Valuation, working(valuer), personal, k.Now)
	})
	do(appraise)
	do(func(p prop) (domain.Change, error) { return p.SignOff(supervisor, k.evidence(&k.Valuation), k.Now) })
	do(func(p prop) (domain.Change, error) { return p.FailReport(&k.Valuation, k.Now) })
	do(func(p prop) (domain.Change, error) { return p.RetryReport(supervisor, &k.Valuation, k.Now) })
	do(func(p prop) (domain.Change, error) { return p.CompleteReport(&k.Valuation, "sha", k.Now) })
	k = &rejected
	do(func(p prop) (domain.Change, error) { return p.Reject(valuer, domain.RejectedOther, personal, k.Now) })
	k, _ = secretive(t)
	do(func(p prop) (domain.Change, error) { return p.Withdraw(owner, k.Now) })
	k.later(366 * 24 * time.Hour)
	do(func(p prop) (domain.Change, error) { return p.Purge(k.Now) })
	do(func(p prop) (domain.Change, error) { return p.Restrict(owner, k.Now) })

	seen := map[domain.Action]bool{domain.ActionValued: true, domain.ActionApproved: true} // an attempt, and what SignedOff stands for
	for _, e := range left {
		seen[e.Audit.Action] = true
		text, err := json.Marshal(e)
		require.NoError(t, err)
		for _, secret := range []string{
			"Asha", "9812345678", "403987", "76543", "47", "46", "145", "1876", "12.34", "76.54", "43.21", "blinding-salt",
		} {
			assert.NotContains(t, withoutHashes(string(text)), secret, e.Audit.Action)
		}
	}
	assert.Len(t, seen, len(table), "every action was looked at")
}

var hashesAndTimes = regexp.MustCompile(`[0-9a-f]{64}|\d{4}-\d\d-\d\dT[0-9:.]+Z`)

// withoutHashes drops what looks random on purpose and the times, which hold any digits.
func withoutHashes(s string) string { return hashesAndTimes.ReplaceAllString(s, "") }
