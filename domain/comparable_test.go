package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func sale() domain.Comparable {
	return domain.Comparable{
		ID: "c-1", Source: domain.SourceRegistry, SourceID: "BLR-2026-1", Type: domain.Apartment, Locality: "Indiranagar",
		City: "Bengaluru", Pincode: "560038", Location: home, AreaSqFt: 1000, Bedrooms: ptr(2), Bathrooms: ptr(2),
		YearBuilt: ptr(2010), Price: 95 * domain.Lakh, SoldOn: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
	}
}

func TestComparables(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*domain.Comparable)
		broken []string
	}{
		"good, sold today":     {func(*domain.Comparable) {}, nil},
		"from the lender":      {func(c *domain.Comparable) { c.Source = domain.SourceLender }, nil},
		"from a broker":        {func(c *domain.Comparable) { c.Source = domain.SourceBroker }, nil},
		"hearsay":              {func(c *domain.Comparable) { c.Source = "HEARSAY" }, []string{"source enum"}},
		"no number":            {func(c *domain.Comparable) { c.SourceID = " " }, []string{"source_id length"}},
		"long number":          {func(c *domain.Comparable) { c.SourceID = strings.Repeat("9", 101) }, []string{"source_id length"}},
		"a castle":             {func(c *domain.Comparable) { c.Type = "CASTLE" }, []string{"type enum"}},
		"no locality":          {func(c *domain.Comparable) { c.Locality = "" }, nil},
		"long locality":        {func(c *domain.Comparable) { c.Locality = strings.Repeat("क", 101) }, []string{"locality length"}},
		"no city":              {func(c *domain.Comparable) { c.City = "" }, []string{"city length"}},
		"pincode from 0":       {func(c *domain.Comparable) { c.Pincode = "060038" }, []string{"pincode format"}},
		"pincode in Hindi":     {func(c *domain.Comparable) { c.Pincode = "५६००३८" }, []string{"pincode format"}},
		"pincode of nowhere":   {func(c *domain.Comparable) { c.Pincode = "999999" }, []string{"pincode exists"}},
		"in London":            {func(c *domain.Comparable) { c.Location = domain.Point{Lat: 51.5, Lng: -0.1} }, []string{"location range"}},
		"nowhere":              {func(c *domain.Comparable) { c.Location = domain.Point{} }, []string{"location range"}},
		"smallest":             {func(c *domain.Comparable) { c.AreaSqFt = 1 }, nil},
		"largest":              {func(c *domain.Comparable) { c.AreaSqFt = domain.MaxAreaSqFt }, nil},
		"no area":              {func(c *domain.Comparable) { c.AreaSqFt = 0 }, []string{"area_sqft range"}},
		"too large":            {func(c *domain.Comparable) { c.AreaSqFt = domain.MaxAreaSqFt + 1 }, []string{"area_sqft range"}},
		"little known":         {func(c *domain.Comparable) { c.Bedrooms, c.Bathrooms, c.YearBuilt = nil, nil, nil }, nil},
		"bare":                 {func(c *domain.Comparable) { c.Bedrooms, c.Bathrooms = ptr(0), ptr(0) }, nil},
		"a hotel":              {func(c *domain.Comparable) { c.Bedrooms, c.Bathrooms = ptr(50), ptr(50) }, nil},
		"negative rooms":       {func(c *domain.Comparable) { c.Bedrooms, c.Bathrooms = ptr(-1), ptr(-1) }, []string{"bedrooms range", "bathrooms range"}},
		"too many rooms":       {func(c *domain.Comparable) { c.Bedrooms, c.Bathrooms = ptr(51), ptr(51) }, []string{"bedrooms range", "bathrooms range"}},
		"old":                  {func(c *domain.Comparable) { c.YearBuilt = ptr(1800) }, nil},
		"too old":              {func(c *domain.Comparable) { c.YearBuilt = ptr(1799) }, []string{"year_built range"}},
		"this year's":          {func(c *domain.Comparable) { c.YearBuilt = ptr(2026) }, nil},
		"next year's":          {func(c *domain.Comparable) { c.YearBuilt = ptr(2027) }, []string{"year_built range"}},
		"for nothing":          {func(c *domain.Comparable) { c.Price = 0 }, []string{"price range"}},
		"for everything":       {func(c *domain.Comparable) { c.Price = domain.MaxAmount }, nil},
		"for more":             {func(c *domain.Comparable) { c.Price = domain.MaxAmount + 1 }, []string{"price range"}},
		"sold at no time":      {func(c *domain.Comparable) { c.SoldOn = time.Time{} }, []string{"sold_on range"}},
		"sold tomorrow":        {func(c *domain.Comparable) { c.SoldOn = c.SoldOn.AddDate(0, 0, 1) }, []string{"sold_on range"}},
		"sold by its plan":     {func(c *domain.Comparable) { c.SoldOn = c.SoldOn.AddDate(-26, 0, 0) }, nil},
		"sold in 1900":         {func(c *domain.Comparable) { c.SoldOn = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC) }, []string{"sold_on range"}},
		"nothing of it filled": {func(c *domain.Comparable) { *c = domain.Comparable{} }, []string{"source enum", "source_id length", "type enum", "city length", "pincode format", "location range", "area_sqft range", "price range", "sold_on range"}},
	} {
		s := sale()
		c.change(&s)
		assert.Equal(t, c.broken, brokenFields(t, s.Validate(t0)), name)
	}
}

// TestSoldTodayInIndia sells on a day that has begun in India but not in Greenwich.
func TestSoldTodayInIndia(t *testing.T) {
	t.Parallel()
	s := sale()
	midnight := time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC)
	assert.NoError(t, s.Validate(midnight))
	assert.Error(t, s.Validate(midnight.Add(-1)))
}

func TestPricePerSquareFoot(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 9500, sale().PricePerSqFt(), 0)
}

func TestTheSubjectOfAValuation(t *testing.T) {
	t.Parallel()
	p := draft(t).Property
	subject, err := p.Subject()
	require.NoError(t, err)
	assert.Equal(t, domain.SubjectProperty{
		Type: domain.Apartment, Location: home, AreaSqFt: 1200, Bedrooms: ptr(2), Bathrooms: ptr(2), YearBuilt: ptr(2011),
	}, subject)
	for _, change := range []func(*domain.Details){
		func(d *domain.Details) { d.AreaSqFt = 0 }, func(d *domain.Details) { d.Location = nil }, func(d *domain.Details) { *d = domain.Details{} },
	} {
		p := draft(t).Property
		change(&p.Details)
		_, err := p.Subject()
		requireError(t, err, domain.KindConflict, "subject_incomplete")
	}
}
