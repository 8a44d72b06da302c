package estimate_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
	"github.com/propflow/propflow/tests/kit/outside"
)

// threeSales are sales at about ₹1.8 crore for 1,250 square feet.
func threeSales() []domain.Comparable {
	return []domain.Comparable{
		soldFlat("s-0", 1200, 1_75_00_000, 0.1, 2), soldFlat("s-1", 1220, 1_80_00_000, 0.2, 3), soldFlat("s-2", 1240, 1_85_00_000, 0.3, 4),
	}
}

// TestTokenPricesAreNoEvidence adds transfers within families, more of them than sales.
func TestTokenPricesAreNoEvidence(t *testing.T) {
	t.Parallel()
	want := estimate.Suggest(flat(1250), threeSales(), domain.DefaultSettings(), t0)
	assert.InEpsilon(t, 1.83e7, float64(want.Amount), 0.02)
	for _, price := range []domain.Rupees{1, 100, 1001, 50_000, 1_00_000} {
		for _, n := range []int{1, 4, 40} {
			sales := threeSales()
			for i := range n {
				sales = append(sales, soldFlat(fmt.Sprintf("token-%02d", i), 1250, price, 0.1*float64(i%20), float64(1+i%12)))
			}
			assert.Equal(t, want, estimate.Suggest(flat(1250), sales, domain.DefaultSettings(), t0), "%d at %s", n, price)
		}
	}
}

// TestTwoLevelsOfPrice has token prices that are possible somewhere in India, and more of them
// than sales: which of the two levels is the market's, a person must decide.
func TestTwoLevelsOfPrice(t *testing.T) {
	t.Parallel()
	sales := threeSales()
	for i := range 8 {
		price := domain.Rupees(5+i) * domain.Lakh
		sales = append(sales, soldFlat(fmt.Sprintf("token-%02d", i), 1250, price, 0.2*float64(i), float64(1+i)))
		s := estimate.Suggest(flat(1250), sales, domain.DefaultSettings(), t0)
		assert.True(t, s.Amount == 0 || s.Amount > domain.Crore, "with %d token prices: %s", i+1, s.Amount)
	}
	one := append(soldFlats(12, 0.5, 3, 0.03), soldFlat("slip", 1250, 15*domain.Crore, 0.1, 2))
	s := estimate.Suggest(flat(1250), one, domain.DefaultSettings(), t0)
	assert.InEpsilon(t, 1250*12_000, float64(s.Amount), 0.1, "one slip of a digit is no level")
}

// TestRecordsOfOneSaleCountOnce posts a sale again and again.
func TestRecordsOfOneSaleCountOnce(t *testing.T) {
	t.Parallel()
	posted := func(n int) []domain.Comparable {
		records := make([]domain.Comparable, n)
		for i := range records {
			records[i] = soldFlat(fmt.Sprintf("record-%d", i), 1250-i, 2_50_00_000+domain.Rupees(i)*50_000, 0.2+0.01*float64(i), 1)
			records[i].Source = domain.ComparableSources[(i+2)%3]
			records[i].SoldOn = records[i].SoldOn.AddDate(0, 0, -3*i)
		}
		return records
	}
	for _, n := range []int{3, 8} {
		assert.Zero(t, estimate.Suggest(flat(1250), posted(n), domain.DefaultSettings(), t0).Amount, "%d records of one sale", n)
	}
	once := estimate.Suggest(flat(1250), append(threeSales(), posted(2)[1]), domain.DefaultSettings(), t0)
	often := estimate.Suggest(flat(1250), append(threeSales(), posted(8)...), domain.DefaultSettings(), t0)
	assert.Equal(t, once, often, "the registry's record decides, and the others neither move the amount nor the confidence")
	assert.Len(t, often.Comparables, 4)
}

func TestWithdrawnComparablesAreNoEvidence(t *testing.T) {
	t.Parallel()
	sales := threeSales()
	sales[1].Withdrawn = &domain.Withdrawal{By: "s", At: t0, Reason: "not sold at all"}
	assert.Zero(t, estimate.Suggest(flat(1250), sales, domain.DefaultSettings(), t0).Amount)
}

// TestSuggestOnDoubtfulSales reads cases that others collected. They are not part of the
// repository; the test is skipped where they are absent.
func TestSuggestOnDoubtfulSales(t *testing.T) {
	t.Parallel()
	subject := flat(1250)
	subject.YearBuilt = new(2014)
	valued := time.Date(2026, 11, 30, 4, 30, 0, 0, time.UTC)
	for name, right := range map[string]func(domain.Rupees) bool{
		"avm-nominal-majority/three_sales_four_nominal.csv": func(r domain.Rupees) bool { return r == 0 || r > 1_70_00_000 && r < 1_95_00_000 },
		"avm-one-sale-many-rows/one_sale_three_sources.csv": func(r domain.Rupees) bool { return r == 0 },
	} {
		file, err := os.Open(outside.Path(t, "cases", name))
		require.NoError(t, err)
		records, err := csv.NewReader(file).ReadAll()
		require.NoError(t, err)
		require.NoError(t, file.Close())
		var sales []domain.Comparable
		for _, r := range records[1:] {
			day, err := time.Parse(time.DateOnly, r[13])
			require.NoError(t, err)
			sales = append(sales, domain.Comparable{
				ID: domain.ComparableID(r[1]), Source: domain.ComparableSource(r[0]), SourceID: r[1], Type: domain.PropertyType(r[2]),
				Location: domain.Point{Lat: number(r[6]), Lng: number(r[7])}, AreaSqFt: int(number(r[8])), Bedrooms: counted(r[9]),
				Bathrooms: counted(r[10]), YearBuilt: counted(r[11]), Price: domain.Rupees(number(r[12])), SoldOn: day,
			})
		}
		s := estimate.Suggest(subject, sales, domain.DefaultSettings(), valued)
		t.Logf("%s: %s, confidence %d", name, s.Amount, s.Confidence)
		assert.True(t, right(s.Amount), "%s: %s", name, s.Amount)
	}
}
