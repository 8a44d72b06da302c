package domain_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// surroundings are n sales of flats like sale(), at ₹9,000 to ₹10,200 per square foot.
func surroundings(n int) []domain.Comparable {
	around := make([]domain.Comparable, n)
	for i := range around {
		c := sale()
		c.ID = domain.ComparableID(fmt.Sprintf("around-%02d", i))
		c.Price = domain.Rupees(9000+400*(i%4)) * domain.Rupees(c.AreaSqFt)
		c.Location, c.SoldOn = *north(0.3 * float64(i+1)), c.SoldOn.AddDate(0, 0, -20*(i+1))
		around[i] = c
	}
	return around
}

func perSqFt(c domain.Comparable, rupees float64) domain.Comparable {
	c.Price = domain.RupeesOf(rupees * float64(c.AreaSqFt))
	return c
}

func TestImpossiblePrices(t *testing.T) {
	t.Parallel()
	of := func(kind domain.PropertyType, area int, price domain.Rupees) bool {
		c := sale()
		c.Type, c.AreaSqFt, c.Price = kind, area, price
		plausible, bounds := domain.PlausiblePrice(c, nil)
		assert.Equal(t, domain.PossiblePrices(kind), bounds, "nothing is known of the surroundings")
		return plausible
	}
	for _, kind := range domain.PropertyTypes {
		assert.False(t, of(kind, 1800, 1), "₹1 for 1,800 square feet of %s", kind)
		assert.False(t, of(kind, 1250, 100), "₹100 for %s", kind)
		assert.False(t, of(kind, 1250, 1001), "₹1,001 for %s", kind)
		assert.True(t, of(kind, 1250, 1_80_00_000), "₹1.8 crore for %s", kind)
		assert.True(t, of(kind, 22_572, 639*domain.Crore), "the dearest flats of %s", kind)
		assert.False(t, of(kind, 1250, 180*domain.Crore), "in paise, for %s", kind)
	}
	assert.True(t, of(domain.House, 1000, 1_00_000), "exactly the least")
	assert.False(t, of(domain.House, 1000, 99_999))
	assert.True(t, of(domain.Land, 43_560, 4_00_000), "an acre of farmland for ₹4 lakh")
	assert.False(t, of(domain.Land, 43_560, 1_00_000))
}

func TestPricesAmongTheSurroundings(t *testing.T) {
	t.Parallel()
	around := surroundings(9)
	plausible, bounds := domain.PlausiblePrice(sale(), around)
	require.True(t, plausible)
	assert.Equal(t, 9, bounds.Sales)
	assert.InDelta(t, 9400.0/5, bounds.Low, 0.001)
	assert.InDelta(t, 9400.0*5, bounds.High, 0.001)
	for name, c := range map[string]struct {
		perSqFt float64
		want    bool
	}{
		"a digit too few": {950, false}, "cheap": {1900, true}, "too cheap": {1870, false},
		"a digit too many": {95_000, false}, "dear": {46_900, true}, "too dear": {47_100, false},
	} {
		plausible, _ := domain.PlausiblePrice(perSqFt(sale(), c.perSqFt), around)
		assert.Equal(t, c.want, plausible, name)
	}
	plausible, bounds = domain.PlausiblePrice(perSqFt(sale(), 950), around[:4])
	assert.True(t, plausible, "four sales are too few to judge by")
	assert.Zero(t, bounds.Sales)
}

func TestLandDiffersMore(t *testing.T) {
	t.Parallel()
	around := surroundings(9)
	for i := range around {
		around[i].Type = domain.Land
	}
	plot := sale()
	plot.Type = domain.Land
	plausible, _ := domain.PlausiblePrice(perSqFt(plot, 950), around)
	assert.True(t, plausible, "ten times cheaper")
	plausible, _ = domain.PlausiblePrice(perSqFt(plot, 90), around)
	assert.False(t, plausible, "a hundred times cheaper")
}

// TestWhatIsNoSurrounding makes all surroundings but four useless in one way after another.
func TestWhatIsNoSurrounding(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(c *domain.Comparable){
		"of another type":     func(c *domain.Comparable) { c.Type = domain.Land },
		"withdrawn":           func(c *domain.Comparable) { c.Withdrawn = &domain.Withdrawal{Reason: "wrong"} },
		"far away":            func(c *domain.Comparable) { c.Location = *north(5.1) },
		"much larger":         func(c *domain.Comparable) { c.AreaSqFt *= 5; c.Price *= 5 },
		"much smaller":        func(c *domain.Comparable) { c.AreaSqFt /= 5; c.Price /= 5 },
		"long ago":            func(c *domain.Comparable) { c.SoldOn = c.SoldOn.AddDate(-6, 0, 0) },
		"for a token price":   func(c *domain.Comparable) { c.Price = 100 },
		"without an area":     func(c *domain.Comparable) { c.AreaSqFt = 0 },
		"the comparable":      func(c *domain.Comparable) { c.ID = "c-1" },
		"records of one sale": func(c *domain.Comparable) { *c = surroundings(1)[0]; c.ID = "again" },
		"the sale itself":     func(c *domain.Comparable) { *c = perSqFt(sale(), 950); c.ID = "itself" },
	} {
		around := surroundings(9)
		for i := 4; i < len(around); i++ {
			spoil(&around[i])
		}
		plausible, bounds := domain.PlausiblePrice(perSqFt(sale(), 950), around)
		assert.True(t, plausible, name)
		assert.Zero(t, bounds.Sales, name)
	}
}

func TestBoundsDoNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		around := anyRecords(t)
		plausible, bounds := domain.PlausiblePrice(sale(), around)
		shuffled := rapid.Permutation(around).Draw(t, "order")
		again, same := domain.PlausiblePrice(sale(), shuffled)
		require.Equal(t, bounds, same)
		require.Equal(t, plausible, again)
		require.Equal(t, bounds.Contain(sale()), plausible)
		require.Positive(t, bounds.Low)
		require.Less(t, bounds.Low, bounds.High)
	})
}

func TestTheBrokenRuleNamesTheBounds(t *testing.T) {
	t.Parallel()
	_, bounds := domain.PlausiblePrice(perSqFt(sale(), 950), surroundings(9))
	assert.Equal(t, domain.FieldError{
		Field: "price", Rule: "plausible", Message: "must be ₹1,880 to ₹47,000 per square foot: 9 sales around it are near the middle of these",
	}, bounds.Violation())
	assert.Equal(t, domain.FieldError{
		Field: "price", Rule: "plausible", Message: "must be ₹100 to ₹10,00,000 per square foot: no sale at arm's length is cheaper or dearer",
	}, domain.PossiblePrices(domain.House).Violation())
}
