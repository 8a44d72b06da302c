package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func chosen(ids ...domain.ComparableID) []domain.AdjustedComparable {
	var list []domain.AdjustedComparable
	for i, id := range ids {
		c := sale()
		c.ID, c.SoldOn, c.AreaSqFt = id, c.SoldOn.AddDate(0, -i, 0), c.AreaSqFt+100*i // three sales, not one
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

func newValuation(a domain.Appraisal, s domain.Suggestion) (domain.Valuation, error) {
	return domain.NewValuation("v-1", "property", 2, valuer, a, chosen("a", "b", "c"), s, t0)
}

func TestAValuationHoldsItsEvidence(t *testing.T) {
	t.Parallel()
	for _, m := range domain.Methodologies {
		a := appraisal()
		a.Methodology = m
		v, err := newValuation(a, suggestion())
		require.NoError(t, err)
		assert.Equal(t, domain.Valuation{
			ID: "v-1", PropertyID: "property", Number: 2, ValuerID: valuer.ID, Amount: 100 * domain.Lakh, Methodology: m,
			Comparables: chosen("a", "b", "c"), Rationale: a.Rationale, Suggestion: suggestion(), Confidence: 80, CreatedAt: t0,
		}, v)
	}
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
		"two comparables":    {func(a *domain.Appraisal) { a.Comparables = a.Comparables[:2] }, nil},
		"two and a reason":   {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = a.Comparables[:2], reason }, nil},
		"none and a reason":  {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = nil, reason }, nil},
		"a short reason":     {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = nil, "  because " }, []string{"fewer_comparables_reason length"}},
		"a blank reason":     {func(a *domain.Appraisal) { a.Comparables, a.FewerReason = nil, strings.Repeat(" ", 20) }, []string{"fewer_comparables_reason length"}},
		"a long reason":      {func(a *domain.Appraisal) { a.FewerReason = strings.Repeat("x", 501) }, []string{"fewer_comparables_reason length"}},
		"three, one unknown": {func(a *domain.Appraisal) { a.Comparables[1] = "z" }, []string{"comparable_ids[1] exists"}},
		"three, one twice":   {func(a *domain.Appraisal) { a.Comparables[2] = "a" }, []string{"comparable_ids[2] unique"}},
		"an unknown twice":   {func(a *domain.Appraisal) { a.Comparables = []domain.ComparableID{"z", "b", "z"} }, []string{"comparable_ids[0] exists", "comparable_ids[2] unique", "comparable_ids[2] exists"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appraisal()
			c.change(&a)
			v, err := newValuation(a, suggestion())
			assert.Equal(t, c.broken, brokenFields(t, err))
			if c.broken != nil {
				assert.Zero(t, v)
				assert.Equal(t, domain.KindInvalid, domain.KindOf(err))
			}
		})
	}
}
