package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func chosen(ids ...domain.ComparableID) []domain.AdjustedComparable {
	var list []domain.AdjustedComparable
	for _, id := range ids {
		c := sale()
		c.ID = id
		list = append(list, domain.AdjustedComparable{Comparable: c, AdjustedPrice: c.Price, Weight: 1 / float64(len(ids))})
	}
	return list
}

func appraisal() domain.Appraisal {
	return domain.Appraisal{
		Amount: 100 * domain.Lakh, Methodology: domain.SalesComparison, Comparables: []domain.ComparableID{"a", "b", "c"},
		Rationale: "Three sales in the same lane.",
	}
}

// suggestion is what calls no risk with the default settings and the appraisal above.
func suggestion() domain.Suggestion {
	return domain.Suggestion{Amount: 100 * domain.Lakh, Low: 90 * domain.Lakh, High: 110 * domain.Lakh, Confidence: 80}
}

func newValuation(a domain.Appraisal, s domain.Suggestion, set domain.Settings) (domain.Valuation, error) {
	return domain.NewValuation("v-1", "property", 2, valuer, a, chosen("a", "b", "c"), s, set, t0)
}

func TestAValuationHoldsItsEvidence(t *testing.T) {
	t.Parallel()
	for _, m := range domain.Methodologies {
		a := appraisal()
		a.Methodology = m
		v, err := newValuation(a, suggestion(), domain.DefaultSettings())
		require.NoError(t, err)
		assert.Equal(t, domain.Valuation{
			ID: "v-1", PropertyID: "property", Number: 2, ValuerID: valuer.ID, Amount: 100 * domain.Lakh, Methodology: m,
			Comparables: chosen("a", "b", "c"), Rationale: a.Rationale, Suggestion: suggestion(), Confidence: 80, CreatedAt: t0,
		}, v)
	}
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
		a, s := appraisal(), suggestion()
		a.Amount, s.Amount, s.Confidence = c.amount, c.suggested, c.confidence
		v, err := newValuation(a, s, domain.DefaultSettings())
		require.NoError(t, err, name)
		assert.Equal(t, c.want, v.Risks, name)
	}
}

// TestRisksFollowTheSettings lets the thresholds be anything an ADMIN may set.
func TestRisksFollowTheSettings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := domain.DefaultSettings()
		set.MinConfidence = rapid.IntRange(0, 100).Draw(t, "min confidence")
		set.SignOffAmount = domain.Rupees(rapid.Int64Range(1, 10_000).Draw(t, "sign-off amount"))
		percent := rapid.Int64Range(1, 100).Draw(t, "percent")
		set.MaxDeviationPercent = float64(percent)
		a, s := appraisal(), suggestion()
		a.Amount = domain.Rupees(rapid.Int64Range(1, 10_000).Draw(t, "amount"))
		s.Amount = domain.Rupees(rapid.Int64Range(1, 10_000).Draw(t, "suggested"))
		s.Confidence = rapid.IntRange(0, 100).Draw(t, "confidence")
		v, err := newValuation(a, s, set)
		if err != nil {
			t.Fatal(err)
		}
		off := max(a.Amount-s.Amount, s.Amount-a.Amount)
		for risk, want := range map[domain.Risk]bool{
			domain.RiskLowConfidence: s.Confidence < set.MinConfidence,
			domain.RiskHighAmount:    a.Amount >= set.SignOffAmount,
			domain.RiskOffModel:      int64(off)*100 > percent*int64(s.Amount), // in whole numbers
		} {
			got := false
			for _, r := range v.Risks {
				got = got || r == risk
			}
			if got != want {
				t.Fatalf("%s is %v, want %v", risk, got, want)
			}
		}
	})
}

func TestAppraisals(t *testing.T) {
	t.Parallel()
	reason := "Nothing like it was sold here."
	for name, c := range map[string]struct {
		change func(*domain.Appraisal)
		broken []string
	}{
		"good":               {func(*domain.Appraisal) {}, nil},
		"one rupee":          {func(a *domain.Appraisal) { a.Amount = 1 }, nil},
		"nothing":            {func(a *domain.Appraisal) { a.Amount = 0 }, []string{"amount range"}},
		"less":               {func(a *domain.Appraisal) { a.Amount = -1 }, []string{"amount range"}},
		"the most":           {func(a *domain.Appraisal) { a.Amount = domain.MaxAmount }, nil},
		"more":               {func(a *domain.Appraisal) { a.Amount = domain.MaxAmount + 1 }, []string{"amount range"}},
		"no methodology":     {func(a *domain.Appraisal) { a.Methodology = "" }, []string{"methodology enum"}},
		"guesswork":          {func(a *domain.Appraisal) { a.Methodology = "GUESS" }, []string{"methodology enum"}},
		"no rationale":       {func(a *domain.Appraisal) { a.Rationale = "" }, nil},
		"long rationale":     {func(a *domain.Appraisal) { a.Rationale = strings.Repeat("क", 2000) }, nil},
		"longer rationale":   {func(a *domain.Appraisal) { a.Rationale = strings.Repeat("क", 2001) }, []string{"rationale length"}},
		"two comparables":    {func(a *domain.Appraisal) { a.Comparables = a.Comparables[:2] }, []string{"comparable_ids length"}},
		"two and a reason":   {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = a.Comparables[:2], reason }, nil},
		"none and a reason":  {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = nil, reason }, nil},
		"a short reason":     {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = nil, "  because " }, []string{"comparable_ids length"}},
		"a blank reason":     {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = nil, strings.Repeat(" ", 20) }, []string{"comparable_ids length"}},
		"a long reason":      {func(a *domain.Appraisal) { a.FewerReason = strings.Repeat("x", 501) }, []string{"fewer_comparables_reason length"}},
		"three, one unknown": {func(a *domain.Appraisal) { a.Comparables[1] = "z" }, []string{"comparable_ids[1] exists"}},
		"three, one twice":   {func(a *domain.Appraisal) { a.Comparables[2] = "a" }, []string{"comparable_ids[2] unique"}},
		"an unknown twice":   {func(a *domain.Appraisal) { a.Comparables = []domain.ComparableID{"z", "b", "z"} }, []string{"comparable_ids[0] exists", "comparable_ids[2] unique", "comparable_ids[2] exists"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appraisal()
			c.change(&a)
			v, err := newValuation(a, suggestion(), domain.DefaultSettings())
			assert.Equal(t, c.broken, brokenFields(t, err))
			if c.broken != nil {
				assert.Zero(t, v)
				assert.Equal(t, domain.KindInvalid, domain.KindOf(err))
			}
		})
	}
	set := domain.DefaultSettings()
	set.MinComparables = 4
	_, err := newValuation(appraisal(), suggestion(), set)
	assert.Equal(t, []string{"comparable_ids length"}, brokenFields(t, err), "as many as the settings ask for")
}
