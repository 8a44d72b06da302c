package domain_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// codes are the reasons of the result, each with its photo or, if there is none, its field.
func codes(r domain.GateResult) []string {
	var list []string
	for _, b := range r.Blocking {
		at := b.Field
		if b.Photo != "" {
			at = string(b.Photo)
		}
		list = append(list, string(b.Code)+" "+at)
	}
	return list
}

func atStep(k *kase, step domain.GateStep) domain.GateResult {
	v := valuation(valuer)
	for i := range v.Comparables {
		v.Comparables[i].Comparable.Type = k.Property.Type
	}
	e := k.evidence(&v)
	e.Consented = true
	if step == domain.GateSubmission || step == domain.GateAnswer {
		e.Decision = nil
	}
	return domain.Gate(step, k.Property, e)
}

var gateSteps = []domain.GateStep{domain.GateSubmission, domain.GateAnswer, domain.GateValuation, domain.GateSignOff}

// What a case lacks is asked at every step, because each leads to the same signed report.
func TestTheGateAsksTheSameAtEveryStep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*kase)
		want   []string
		risks  []domain.Risk
	}{
		"nothing":             {func(*kase) {}, nil, nil},
		"no address":          {func(k *kase) { k.Property.Details.Address = domain.Address{} }, []string{"address_incomplete address"}, nil},
		"no state of India":   {func(k *kase) { k.Property.Details.Address.State = "Narnia" }, []string{"state_unknown address.state"}, nil},
		"no such district":    {func(k *kase) { k.Property.Details.Address.Pincode = "999999" }, []string{"pincode_unknown address.pincode"}, nil},
		"no area":             {func(k *kase) { k.Property.Details.AreaSqFt = 0 }, []string{"area_missing area_sqft"}, nil},
		"no pin":              {func(k *kase) { k.Property.Details.Location = nil }, []string{"pin_missing location"}, nil},
		"accuracy 0":          {pinAccuracy(0), []string{"pin_imprecise location"}, []domain.Risk{domain.RiskPinImprecise}},
		"accuracy 100":        {pinAccuracy(100), nil, nil},
		"accuracy 100.1":      {pinAccuracy(100.1), nil, []domain.Risk{domain.RiskPinImprecise}},
		"accuracy 1000":       {pinAccuracy(1000), nil, []domain.Risk{domain.RiskPinImprecise}},
		"accuracy 1000.1":     {pinAccuracy(1000.1), []string{"pin_imprecise location"}, []domain.Risk{domain.RiskPinImprecise}},
		"moved 100 m":         {func(k *kase) { k.Property.PinMovedM = 100 }, nil, nil},
		"moved more":          {func(k *kase) { k.Property.PinMovedM = 100.1 }, nil, []domain.Risk{domain.RiskLocationMoved}},
		"no photos":           {func(k *kase) { k.Photos = nil }, []string{"photo_missing photos", "photo_missing photos"}, nil},
		"no front":            {func(k *kase) { k.Photos = k.Photos[1:] }, []string{"photo_missing photos"}, nil},
		"a photo in the work": {func(k *kase) { k.Photos[1].Status = domain.PhotoProcessing }, []string{"photo_processing kitchen", "photo_missing photos"}, nil},
		"a refused front": {func(k *kase) {
			k.Photos[0].Resolution = &domain.FlagResolution{Decision: domain.FlagRefused}
		}, []string{"photo_missing photos"}, []domain.Risk{domain.RiskEvidenceRefused}},
		"a refused third": {func(k *kase) {
			k.Photos = append(k.Photos, with(photo("3", front), func(p *domain.Photo) { p.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused} }))
		}, nil, []domain.Risk{domain.RiskEvidenceRefused}},
		"replaced after a refusal": {func(k *kase) {
			k.Photos = append(k.Photos, with(photo("3", front), func(p *domain.Photo) {
				p.Resolution, p.ReplacedBy = &domain.FlagResolution{Decision: domain.FlagRefused}, "front"
			}))
		}, nil, []domain.Risk{domain.RiskEvidenceRefused}},
		"a front out of reach":  {func(k *kase) { k.Photos[0].Device.Location = north(5) }, []string{"photo_too_far front"}, nil},
		"a front without place": {func(k *kase) { k.Photos[0].Device.Location = nil }, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range gateSteps {
				k := draft(t)
				c.change(k)
				got := atStep(k, step)
				assert.Equal(t, c.want, codes(got), step)
				assert.Equal(t, c.risks, got.Risks, step)
				for _, b := range got.Blocking {
					assert.NotEmpty(t, b.Words.English)
					assert.NotEmpty(t, b.Words.Hindi)
					assert.NotContains(t, b.Words.English+b.Words.Hindi, "%!")
				}
			}
		})
	}
}

func pinAccuracy(accuracyM float64) func(*kase) {
	return func(k *kase) {
		k.Property.Details.Location = &domain.Location{Point: home, AccuracyM: accuracyM}
	}
}

// A flagged photo counts for the owner, and from the valuation on only once it was accepted.
func TestFlaggedPhotosAtTheGate(t *testing.T) {
	t.Parallel()
	for _, step := range gateSteps {
		k := draft(t)
		k.Photos[0].Status = domain.PhotoFlagged
		if step == domain.GateSubmission || step == domain.GateAnswer {
			assert.Empty(t, codes(atStep(k, step)), step)
			continue
		}
		assert.Equal(t, []string{"photo_unresolved front"}, codes(atStep(k, step)), step)
		k.Photos[0].Resolution = &domain.FlagResolution{Decision: domain.FlagAccepted}
		assert.Empty(t, codes(atStep(k, step)), step)
	}
}

// Photos of what the property cannot have stay, do not count and are not asked about.
func TestRoomsOfLandAtTheGate(t *testing.T) {
	t.Parallel()
	k := draft(t)
	k.Property.Type = domain.Land
	k.Photos[1].Status = domain.PhotoFailed // the kitchen
	assert.Equal(t, []string{"photo_missing photos"}, codes(atStep(k, domain.GateSubmission)), "a side is missing, and the kitchen is no matter")
	k.Photos = append(k.Photos, photo("side", side))
	for _, step := range gateSteps {
		assert.Empty(t, codes(atStep(k, step)), step)
	}
}

func TestTheDecisionAtTheGate(t *testing.T) {
	t.Parallel()
	fifty := strings.Repeat("reason ", 9)
	percent := func(p float64) func(*domain.Valuation) {
		return func(v *domain.Valuation) {
			v.Comparables[1].Adjustments = []domain.Adjustment{{Kind: domain.AdjustSize, Percent: p}}
		}
	}
	for name, c := range map[string]struct {
		change func(*domain.Valuation)
		want   []string
		risks  []domain.Risk
	}{
		"good":                   {func(*domain.Valuation) {}, nil, nil},
		"no rationale":           {func(v *domain.Valuation) { v.Rationale = "" }, []string{"rationale_too_short rationale"}, nil},
		"dots":                   {func(v *domain.Valuation) { v.Rationale = "...................." }, []string{"rationale_too_short rationale"}, nil},
		"income, explained":      {func(v *domain.Valuation) { v.Methodology, v.Rationale = domain.IncomeCapitalisation, fifty }, nil, []domain.Risk{domain.RiskNoMarketEvidence}},
		"cost, in a word":        {func(v *domain.Valuation) { v.Methodology = domain.CostApproach }, []string{"rationale_too_short rationale"}, []domain.Risk{domain.RiskNoMarketEvidence}},
		"two sales":              {func(v *domain.Valuation) { v.Comparables = v.Comparables[:2] }, []string{"fewer_reason_missing fewer_comparables_reason"}, []domain.Risk{domain.RiskFewComparables}},
		"two sales and a reason": {func(v *domain.Valuation) { v.Comparables, v.FewerReason = v.Comparables[:2], fifty }, nil, []domain.Risk{domain.RiskFewComparables}},
		"two sales and dots":     {func(v *domain.Valuation) { v.Comparables, v.FewerReason = v.Comparables[:2], ".........." }, []string{"fewer_reason_missing fewer_comparables_reason"}, []domain.Risk{domain.RiskFewComparables}},
		"15 % net":               {percent(15), nil, nil},
		"more net":               {percent(-15.1), nil, []domain.Risk{domain.RiskOverAdjusted}},
		"50 % gross":             {percent(50), nil, []domain.Risk{domain.RiskOverAdjusted}},
		"more gross":             {percent(50.1), []string{"comparable_over_adjusted comparable_ids[1]"}, []domain.Risk{domain.RiskOverAdjusted}},
		"289,849 %":              {percent(289_849), []string{"comparable_over_adjusted comparable_ids[1]"}, []domain.Risk{domain.RiskOverAdjusted}},
		"up and down again": {func(v *domain.Valuation) {
			v.Comparables[0].Adjustments = []domain.Adjustment{{Kind: domain.AdjustTime, Percent: 14}, {Kind: domain.AdjustAge, Percent: -12}}
		}, nil, []domain.Risk{domain.RiskOverAdjusted}},
		"no suggestion": {func(v *domain.Valuation) { v.Suggestion = domain.Suggestion{} }, nil, []domain.Risk{domain.RiskLowConfidence}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range []domain.GateStep{domain.GateValuation, domain.GateSignOff} {
				k, v := draft(t), valuation(valuer)
				c.change(&v)
				got := domain.Gate(step, k.Property, k.evidence(&v))
				assert.Equal(t, c.want, codes(got))
				assert.Equal(t, c.risks, got.Risks)
			}
		})
	}
}

// A sale that was withdrawn, or whose price is none, carries no valuation, also not one that waits
// for its signature.
func TestUnfitComparablesAtTheGate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*domain.StoredSale)
		want  []string
	}{
		"withdrawn":      {func(s *domain.StoredSale) { s.Comparable.Withdrawn = &domain.Withdrawal{} }, []string{"comparable_withdrawn comparable_ids[1]"}},
		"a rupee":        {func(s *domain.StoredSale) { s.Comparable.Price = 1 }, []string{"comparable_implausible comparable_ids[1]"}},
		"dear for there": {func(s *domain.StoredSale) { s.Prices.High = 1 }, []string{"comparable_implausible comparable_ids[1]"}},
	} {
		for _, step := range []domain.GateStep{domain.GateValuation, domain.GateSignOff} {
			k, v := draft(t), valuation(valuer)
			e := k.evidence(&v)
			c.spoil(&e.Decision.Sales[1])
			assert.Equal(t, c.want, codes(domain.Gate(step, k.Property, e)), "%s at %s", name, step)
		}
	}
}

// Sales of another kind, place or time support no amount.
func TestOnlySalesOfTheMarketCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*domain.AdjustedComparable)
		want   []domain.Risk
	}{
		"50 km":           {func(c *domain.AdjustedComparable) { c.DistanceKM = 50 }, nil},
		"more than 50 km": {func(c *domain.AdjustedComparable) { c.DistanceKM = 50.1 }, []domain.Risk{domain.RiskFewComparables}},
		"five years":      {func(c *domain.AdjustedComparable) { c.AgeMonths = 60.03 }, nil},
		"a month more":    {func(c *domain.AdjustedComparable) { c.AgeMonths = 61 }, []domain.Risk{domain.RiskFewComparables}},
		"another kind":    {func(c *domain.AdjustedComparable) { c.Comparable.Type = domain.Land }, []domain.Risk{domain.RiskFewComparables}},
	} {
		k, v := draft(t), valuation(valuer)
		c.change(&v.Comparables[0])
		e := k.evidence(&v)
		assert.Equal(t, c.want, domain.Gate(domain.GateValuation, k.Property, e).Risks, name)
		assert.Equal(t, c.want != nil, v.RestsOnFewSales(k.Property.Type), name)
		v.FewerReason = ""
		assert.Equal(t, c.want != nil, len(domain.Gate(domain.GateValuation, k.Property, e).Blocking) == 1, name)
	}
}

// A supervisor may enter sales and value by them, but not alone.
func TestSalesThatTheValuerEnteredDoNotCount(t *testing.T) {
	t.Parallel()
	k, v := draft(t), valuation(valuer)
	v.Comparables[0].Comparable.CreatedBy = valuer.ID
	assert.Equal(t, []domain.Risk{domain.RiskFewComparables}, domain.Gate(domain.GateValuation, k.Property, k.evidence(&v)).Risks)
	v = valuation(valuer)
	v.Suggestion.Comparables = slices.Clone(v.Comparables)
	e := k.evidence(&v)
	assert.Empty(t, domain.Gate(domain.GateValuation, k.Property, e).Risks)
	v.Suggestion.Comparables[0].Comparable.CreatedBy = valuer.ID
	assert.Equal(t, []domain.Risk{domain.RiskLowConfidence}, domain.Gate(domain.GateValuation, k.Property, e).Risks)
}

func TestTheSettingNeverAsksForFewerThanThree(t *testing.T) {
	t.Parallel()
	k, v := draft(t), valuation(valuer)
	v.Comparables = v.Comparables[:2]
	e := k.evidence(&v)
	e.Decision.Settings.MinComparables = 1
	assert.Equal(t, []domain.Risk{domain.RiskFewComparables}, domain.Gate(domain.GateValuation, k.Property, e).Risks)
	v = valuation(valuer)
	e.Decision.Settings.MinComparables = 4
	assert.Equal(t, []domain.Risk{domain.RiskFewComparables}, domain.Gate(domain.GateValuation, k.Property, e).Risks)
}

func TestRisksAtTheirThresholds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amount     domain.Rupees
		suggested  domain.Rupees
		confidence int
		want       []domain.Risk
	}{
		"none":                   {100, 100, 80, nil},
		"confidence 50":          {100, 100, 50, nil},
		"confidence 49":          {100, 100, 49, []domain.Risk{domain.RiskLowConfidence}},
		"a rupee below 50 crore": {50*domain.Crore - 1, 50 * domain.Crore, 80, nil},
		"50 crore":               {50 * domain.Crore, 50 * domain.Crore, 80, []domain.Risk{domain.RiskHighAmount}},
		"20 % above":             {120, 100, 80, nil},
		"more above":             {120_000_001, 100_000_000, 80, []domain.Risk{domain.RiskOffModel}},
		"20 % below":             {80, 100, 80, nil},
		"more below":             {79_999_999, 100_000_000, 80, []domain.Risk{domain.RiskOffModel}},
		"no model":               {100, 0, 0, []domain.Risk{domain.RiskLowConfidence}},
		"all at once":            {60 * domain.Crore, domain.Crore, 0, []domain.Risk{domain.RiskLowConfidence, domain.RiskHighAmount, domain.RiskOffModel}},
	} {
		k, v := draft(t), valuation(valuer)
		v.Amount, v.Suggestion.Amount, v.Confidence = c.amount, c.suggested, c.confidence
		assert.Equal(t, c.want, domain.Gate(domain.GateValuation, k.Property, k.evidence(&v)).Risks, name)
	}
}

// TestRisksFollowTheSettings lets the thresholds be anything an ADMIN may set.
func TestRisksFollowTheSettings(t *testing.T) {
	t.Parallel()
	k := draft(t)
	rapid.Check(t, func(t *rapid.T) {
		v := valuation(valuer)
		e := k.evidence(&v)
		set := &e.Decision.Settings
		set.MinConfidence = rapid.IntRange(0, 100).Draw(t, "min confidence")
		set.SignOffAmount = domain.Rupees(rapid.Int64Range(1, 10_000).Draw(t, "sign-off amount"))
		percent := rapid.Int64Range(1, 100).Draw(t, "percent")
		set.MaxDeviationPercent = float64(percent)
		v.Amount = domain.Rupees(rapid.Int64Range(1, 10_000).Draw(t, "amount"))
		v.Suggestion.Amount = domain.Rupees(rapid.Int64Range(1, 10_000).Draw(t, "suggested"))
		v.Confidence = rapid.IntRange(0, 100).Draw(t, "confidence")
		off := max(v.Amount-v.Suggestion.Amount, v.Suggestion.Amount-v.Amount)
		got := domain.Gate(domain.GateValuation, k.Property, e).Risks
		for risk, want := range map[domain.Risk]bool{
			domain.RiskLowConfidence: v.Confidence < set.MinConfidence,
			domain.RiskHighAmount:    v.Amount >= set.SignOffAmount,
			domain.RiskOffModel:      int64(off)*100 > percent*int64(v.Suggestion.Amount), // in whole numbers
		} {
			if holds := contains(got, risk); holds != want {
				t.Fatalf("%s is %v, want %v", risk, holds, want)
			}
		}
	})
}

func contains(risks []domain.Risk, risk domain.Risk) bool {
	for _, r := range risks {
		if r == risk {
			return true
		}
	}
	return false
}

// A refused photo cannot carry a valuation, and a sign-off asks again.
func TestTheGateStopsValuationAndSignOff(t *testing.T) {
	t.Parallel()
	refuse := func(k *kase) {
		require.NoError(t, k.Photos[0].Resolve(domain.FlagRefused, "another house", valuer.ID, k.Now))
	}
	k := inState(t, domain.UnderReview)
	refuse(k)
	before := snapshot(t, k)
	v := valuation(valuer)
	_, err := k.Property.Value(valuer, k.evidence(&v), k.Now)
	requireError(t, err, domain.KindConflict, "evidence_incomplete")
	assert.Equal(t, []string{"photos photo_missing"}, brokenFields(t, err))
	assertUnchanged(t, before, k)

	k = inState(t, domain.AwaitingSignOff)
	refuse(k)
	before = snapshot(t, k)
	_, err = k.Property.SignOff(supervisor, k.evidence(&k.Valuation), k.Now)
	requireError(t, err, domain.KindConflict, "evidence_incomplete")
	assertUnchanged(t, before, k)
	_, err = k.Property.Return(supervisor, &k.Valuation, working(valuer), "the front is refused", k.Now)
	assert.NoError(t, err, "what the gate blocks can be returned")
}

// A risk that came up while the case waited is part of what is signed.
func TestALateRiskIsSignedToo(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.AwaitingSignOff).later(time.Hour)
	k.Property.PinMovedM = 846_200
	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.SignOff(supervisor, k.evidence(&k.Valuation), k.Now)
	})
	assert.Equal(t, []domain.Risk{domain.RiskLocationMoved, domain.RiskHighAmount}, k.Valuation.Risks)
	assert.Equal(t, domain.GateRuleBook, k.Valuation.RuleBook)
}

// TestAnotherTableOfPincodesIsAnotherRuleBook holds the tables by which decisions of this rule book
// were judged. If they change, raise GateRuleBook and replace their sums.
func TestAnotherTableOfPincodesIsAnotherRuleBook(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1, domain.GateRuleBook)
	for table, sum := range map[string]string{
		"pincodes.txt":  "059cc6fcb0746f0abaaf991d2151c8c2d93f7e0bd7a9fe64a7af2b90dcd37779",
		"districts.txt": "212db0365cd82a908e31c07a66b549a633d053b27dbc5a53535d15e54d07d570",
	} {
		data, err := os.ReadFile(filepath.Join("postal", table))
		require.NoError(t, err)
		assert.Equal(t, sum, fmt.Sprintf("%x", sha256.Sum256(data)), table)
	}
}
