package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestValuingASafeCase(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	v := valuation(valuer)
	change, err := k.Property.Value(valuer, k.evidence(&v), k.Now)
	require.NoError(t, err)
	assert.Equal(t, domain.ActionApproved, change.Action)
	assert.Equal(t, v.ID, change.Valuation)
	assert.Equal(t, []domain.Fact{
		{Name: "valuation", Value: "valuation"}, {Name: "amount", Value: "9000000"}, {Name: "confidence", Value: "80"}, {Name: "comparables", Value: "3"}, {Name: "rule_book", Value: "1"},
	}, change.Facts)
	assert.Equal(t, v.ID, k.Property.Valuation)
	assert.Equal(t, k.Now, k.Property.DecidedAt)
	assert.Equal(t, domain.ValuationApproved, v.Status)
	assert.Equal(t, k.Now, v.ApprovedAt)
	assert.Nil(t, v.SignOff)
}

func TestValuingARiskyCase(t *testing.T) {
	t.Parallel()
	for _, risk := range []domain.Risk{domain.RiskLowConfidence, domain.RiskHighAmount, domain.RiskOffModel} {
		k := inState(t, domain.UnderReview).value(t, risk)
		assert.Equal(t, domain.AwaitingSignOff, k.Property.State, risk)
		assert.Equal(t, domain.ValuationAwaitingSignOff, k.Valuation.Status)
		assert.Zero(t, k.Valuation.ApprovedAt)
		assert.Zero(t, k.Property.DecidedAt)
		assert.True(t, k.Property.SLA.Running(), "the lender's time runs until somebody signs")
	}
}

func TestAFlaggedCaseAwaitsSignOff(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Flag(valuer, "odd papers", k.Now) })
	k.value(t)
	assert.Equal(t, domain.AwaitingSignOff, k.Property.State)
	assert.Equal(t, []domain.Risk{domain.RiskFlagged}, k.Valuation.Risks)
}

func TestFlaggedPhotosBlockTheValuation(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	k.Photos[0].Status = domain.PhotoFlagged
	v := valuation(valuer)
	before, was := snapshot(t, k), v
	_, err := k.Property.Value(valuer, k.evidence(&v), k.Now)
	requireError(t, err, domain.KindConflict, "evidence_incomplete")
	assertUnchanged(t, before, k)
	assert.Equal(t, was, v)
	require.NoError(t, k.Photos[0].Resolve(domain.FlagAccepted, "the same house", valuer.ID, k.Now))
	k.value(t)
	assert.Equal(t, domain.Approved, k.Property.State)
}

func TestReplacedFlagsDoNotBlock(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	k.Photos = append(k.Photos, with(photo("old", front), func(p *domain.Photo) { p.Status, p.ReplacedBy = domain.PhotoFlagged, "front" }))
	assert.Equal(t, domain.Approved, k.value(t).Property.State)
}

func TestSigning(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.AwaitingSignOff).later(time.Hour)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.SignOff(supervisor, k.evidence(&k.Valuation), k.Now)
	})
	assert.Equal(t, domain.ActionSignedOff, change.Action)
	assert.Equal(t, k.Valuation.ID, change.Valuation)
	assert.Len(t, change.Facts, 5)
	assert.Equal(t, domain.ValuationApproved, k.Valuation.Status)
	assert.Equal(t, k.Now, k.Valuation.ApprovedAt)
	assert.Equal(t, &domain.SignOff{By: supervisor.ID, At: k.Now}, k.Valuation.SignOff)
	assert.Equal(t, k.Now, k.Property.DecidedAt)
	assert.False(t, k.Property.SLA.Running())
}

// TestNobodySignsTwice lets a supervisor value a case: only another one may sign it.
func TestNobodySignsTwice(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.Submitted).claim(t, supervisor).value(t, domain.RiskOffModel)
	before := snapshot(t, k)
	_, err := k.Property.SignOff(supervisor, k.evidence(&k.Valuation), k.Now)
	requireError(t, err, domain.KindForbidden, "same_person")
	_, err = k.Property.Return(supervisor, &k.Valuation, working(valuer), "look again", k.Now)
	requireError(t, err, domain.KindForbidden, "same_person")
	assertUnchanged(t, before, k)
	_, err = k.Property.SignOff(otherSupervisor, k.evidence(&k.Valuation), k.Now)
	assert.NoError(t, err)
}

func TestReturning(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.AwaitingSignOff).later(time.Hour)
	before := snapshot(t, k)
	for _, reason := range []string{"", "  no  ", strings.Repeat("x", 1001)} {
		_, err := k.Property.Return(supervisor, &k.Valuation, working(valuer), reason, k.Now)
		assert.Equal(t, []string{"reason length"}, brokenFields(t, err))
		assertUnchanged(t, before, k)
	}
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Return(supervisor, &k.Valuation, working(valuer), "look again", k.Now)
	})
	assert.Equal(t, domain.ActionReturned, change.Action)
	assert.Equal(t, domain.ValuationReturned, k.Valuation.Status)
	assert.Equal(t, &domain.SignOff{By: supervisor.ID, At: k.Now, ReturnReason: "look again"}, k.Valuation.SignOff)
	assert.Equal(t, &domain.Claim{ValuerID: valuer.ID, ClaimedAt: k.Now, HeartbeatAt: k.Now}, k.Property.Claim)
	assert.True(t, k.Property.SLA.Running())

	k.value(t)
	assert.Equal(t, domain.Approved, k.Property.State, "the second version carries no risk")
}

func TestStoringTheReport(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.Approved).later(time.Minute)
	decided, elapsed := k.Property.DecidedAt, k.Property.SLA.Elapsed(k.Now)
	k.Valuation.Report = domain.Report{FailedAt: k.Now, Retries: 2}
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.CompleteReport(&k.Valuation, "5ca1ab1e", k.Now)
	})
	assert.Equal(t, domain.Report{Key: k.Valuation.ReportKey(), SHA256: "5ca1ab1e", StoredAt: k.Now, Retries: 2}, k.Valuation.Report)
	assert.Equal(t, []domain.Fact{{Name: "report_sha256", Value: "5ca1ab1e"}}, change.Facts)
	assert.Equal(t, domain.System, change.Actor)
	assert.Equal(t, decided, k.Property.DecidedAt, "decided at the approval, not at the report")
	assert.Equal(t, elapsed, k.Property.SLA.Elapsed(k.Now.Add(time.Hour)))
}

func TestRetryingTheReport(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.Approved)
	retry := func() (domain.Change, error) { return k.Property.RetryReport(supervisor, &k.Valuation, k.Now) }
	before := snapshot(t, k)
	_, err := retry()
	requireError(t, err, domain.KindConflict, "report_in_progress")
	assertUnchanged(t, before, k)

	failure := k.do(t, func(p *domain.Property) (domain.Change, error) { return p.FailReport(&k.Valuation, k.Now) })
	assert.Equal(t, domain.ActionReportFailed, failure.Action)
	assert.Equal(t, k.Now, k.Valuation.Report.FailedAt)
	assert.Equal(t, domain.Approved, k.Property.State)
	change, err := retry()
	require.NoError(t, err)
	assert.Equal(t, k.Valuation.ID, change.Valuation)
	assert.Equal(t, domain.Report{Retries: 1}, k.Valuation.Report)
	_, err = retry()
	requireError(t, err, domain.KindConflict, "report_in_progress")
}

// TestOnlyTheCurrentVersionCounts hands an earlier version to whatever decides on one.
func TestOnlyTheCurrentVersionCounts(t *testing.T) {
	t.Parallel()
	old := valuation(otherValuer)
	old.ID, old.Report.FailedAt = "old", t0
	for _, a := range actions {
		switch a.method {
		case "SignOff", "Return", "CompleteReport", "FailReport", "RetryReport":
			for from := range a.to {
				k := inState(t, from)
				k.Valuation = old
				before := snapshot(t, k.Property)
				_, err := a.call(k, a.by)
				requireError(t, err, domain.KindConflict, "valuation_superseded")
				assertUnchanged(t, before, k.Property)
			}
		}
	}
}
