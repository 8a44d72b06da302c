package valuation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestCreateComparableRefusesAnImplausiblePrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	given := sale(20, w.Clock.Now())
	given.AreaSqFt = 1800
	for _, price := range []domain.Rupees{1, 100, 1001, 21_60_000, 21_60_00_000} { // about ₹2.16 crore is right
		given.Price = price
		_, err := w.create(valuation.CreateComparableInput{Actor: supervisor, Comparable: given})
		assert.Equal(t, []string{"price"}, brokenFields(t, err), "%s for 1,800 square feet", price)
		assert.ErrorContains(t, err, "per square foot")
	}
	assert.Equal(t, 12, w.stored())
	given.Price = 2_16_00_000
	_, err := w.create(valuation.CreateComparableInput{Actor: supervisor, Comparable: given})
	require.NoError(t, err)
	_, err = w.create(valuation.CreateComparableInput{Actor: supervisor, Comparable: given})
	fixture.Refused(t, err, domain.KindConflict, "comparable_exists")
}

// rowAt is a row of a flat of 1,250 square feet, n × 300 m north of a place.
func rowAt(n int, lat, price float64) string {
	return fmt.Sprintf("BROKER,P-%d,APARTMENT,,Bengaluru,560038,%.4f,77.6412,1250,3,2,2014,%.0f,2026-%02d-14\n", n, lat+0.0027*float64(n%10), price, 1+n%10)
}

func TestImportRefusesImplausiblePrices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.imports(strings.NewReader(header + rowAt(1, home.Lat, 1.5e7) + rowAt(2, home.Lat, 1.5e6) + rowAt(3, home.Lat, 1.5e8) + rowAt(4, home.Lat, 100)))
	assert.Equal(t, []string{"rows[2].price", "rows[3].price", "rows[4].price"}, brokenFields(t, err))
	assert.Equal(t, 12, w.stored(), "nothing is stored")
	out, err := w.imports(strings.NewReader(header + rowAt(1, home.Lat, 1.5e7)))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Imported: 1}, out)
}

// TestImportIntoAnEmptyPlaceJudgesByTheFile has a slip of a digit among prices of a place without
// any stored sale.
func TestImportIntoAnEmptyPlaceJudgesByTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := header
	for n := range 8 {
		file += rowAt(n, 15.3, 1.5e7+5e5*float64(n%4))
	}
	_, err := w.imports(strings.NewReader(file + rowAt(8, 15.3, 1.5e6)))
	assert.Equal(t, []string{"rows[9].price"}, brokenFields(t, err))
	out, err := w.imports(strings.NewReader(file))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Imported: 8}, out)
}

// TestStoredSalesJudgeAWholeFile imports more rows with a wrong unit of area, and so of price per
// square foot, than there are sales.
func TestStoredSalesJudgeAWholeFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := header
	for n := range 300 {
		file += rowAt(n, home.Lat, 1.5e7/10.76)
	}
	_, err := w.imports(strings.NewReader(file))
	assert.Len(t, brokenFields(t, err), 50)
	assert.Equal(t, 12, w.stored())
}

// TestKnownRowsAreNotJudgedAgain imports a file twice: what was stored is skipped, whatever
// prices around it are by then.
func TestKnownRowsAreNotJudgedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := header + rowAt(1, 15.3, 1.5e6)
	_, err := w.imports(strings.NewReader(file))
	require.NoError(t, err)
	around := header
	for n := 2; n < 9; n++ {
		around += rowAt(n, 15.3, 3e7+1e6*float64(n))
	}
	_, err = w.imports(strings.NewReader(around))
	require.NoError(t, err)
	out, err := w.imports(strings.NewReader(file))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Skipped: 1}, out)
}
