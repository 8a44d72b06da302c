package domain_test

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestOpeningADraft(t *testing.T) {
	t.Parallel()
	for _, kind := range domain.PropertyTypes {
		p, change, err := domain.NewProperty("p", owner, kind, "", domain.DetailsChange{}, "salt", t0)
		require.NoError(t, err)
		assert.Equal(t, domain.Property{
			ID: "p", OwnerID: owner.ID, Type: kind, State: domain.Draft, Salt: "salt", CreatedAt: t0, UpdatedAt: t0,
		}, p)
		assert.Equal(t, domain.Change{Action: domain.ActionCreated, To: domain.Draft, Actor: owner, At: t0}, change)
	}
	p, change, err := domain.NewProperty("p", owner, "CASTLE", strings.Repeat("x", 65), domain.DetailsChange{AreaSqFt: ptr(0)}, "salt", t0)
	assert.Equal(t, []string{"type enum", "external_ref length", "area_sqft range"}, brokenFields(t, err))
	assert.Zero(t, p)
	assert.Zero(t, change)
}

func TestDetailsInRange(t *testing.T) {
	t.Parallel()
	in := func(change func(*domain.Address)) domain.DetailsChange {
		a := address()
		change(&a)
		return domain.DetailsChange{Address: &a}
	}
	place := func(lat, lng, accuracy float64) domain.DetailsChange {
		return domain.DetailsChange{Location: &domain.Location{Point: domain.Point{Lat: lat, Lng: lng}, AccuracyM: accuracy}}
	}
	for name, c := range map[string]struct {
		change domain.DetailsChange
		broken []string
	}{
		"nothing":              {domain.DetailsChange{}, nil},
		"everything":           {allDetails(), nil},
		"no line 1":            {in(func(a *domain.Address) { a.Line1 = " " }), []string{"address.line1 length"}},
		"long line 1":          {in(func(a *domain.Address) { a.Line1 = strings.Repeat("म", 201) }), []string{"address.line1 length"}},
		"longest line 1":       {in(func(a *domain.Address) { a.Line1 = strings.Repeat("म", 200) }), nil},
		"no line 2":            {in(func(a *domain.Address) { a.Line2, a.Locality = "", "" }), nil},
		"long line 2":          {in(func(a *domain.Address) { a.Line2 = strings.Repeat("x", 201) }), []string{"address.line2 length"}},
		"long locality":        {in(func(a *domain.Address) { a.Locality = strings.Repeat("x", 101) }), []string{"address.locality length"}},
		"no city, no state":    {in(func(a *domain.Address) { a.City, a.State = "", "" }), []string{"address.city length", "address.state length"}},
		"five digits":          {in(func(a *domain.Address) { a.Pincode = "56003" }), []string{"address.pincode format"}},
		"seven digits":         {in(func(a *domain.Address) { a.Pincode = "5600388" }), []string{"address.pincode format"}},
		"a leading 0":          {in(func(a *domain.Address) { a.Pincode = "056003" }), []string{"address.pincode format"}},
		"no such state":        {in(func(a *domain.Address) { a.State = "Narnia" }), []string{"address.state enum"}},
		"a former name":        {in(func(a *domain.Address) { a.State, a.Pincode = "उड़ीसा", "751001" }), nil},
		"a padded state":       {in(func(a *domain.Address) { a.State = "Goa" + strings.Repeat(".", 97) }), nil},
		"a long state":         {in(func(a *domain.Address) { a.State = "Goa" + strings.Repeat(".", 98) }), []string{"address.state length"}},
		"no such district":     {in(func(a *domain.Address) { a.Pincode = "999999" }), []string{"address.pincode exists"}},
		"the first that isn't": {in(func(a *domain.Address) { a.Pincode = "100000" }), []string{"address.pincode exists"}},
		"a newer pincode":      {in(func(a *domain.Address) { a.Pincode = "110999" }), nil},
		"another state's":      {in(func(a *domain.Address) { a.Pincode = "110001" }), nil}, // a risk, no fault
		"nothing right":        {in(func(a *domain.Address) { a.State, a.Pincode = "XX", "111111" }), []string{"address.state enum", "address.pincode exists"}},
		"a line break behind":  {in(func(a *domain.Address) { a.Pincode = "560038\n" }), []string{"address.pincode format"}},
		"invalid UTF-8":        {in(func(a *domain.Address) { a.City = "\xff\xfe" }), []string{"address.city length"}},
		"an escape code":       {in(func(a *domain.Address) { a.City = "\x1b[31mPune" }), []string{"address.city length"}},
		"least":                {domain.DetailsChange{AreaSqFt: ptr(1), Bedrooms: ptr(0), Bathrooms: ptr(0), Floor: ptr(-5), YearBuilt: ptr(1800)}, nil},
		"most":                 {domain.DetailsChange{AreaSqFt: ptr(domain.MaxAreaSqFt), Bedrooms: ptr(50), Bathrooms: ptr(50), Floor: ptr(200), YearBuilt: ptr(2027)}, nil},
		"below": {
			domain.DetailsChange{AreaSqFt: ptr(0), Bedrooms: ptr(-1), Bathrooms: ptr(-1), Floor: ptr(-6), YearBuilt: ptr(1799)},
			[]string{"area_sqft range", "bedrooms range", "bathrooms range", "floor range", "year_built range"},
		},
		"above": {
			domain.DetailsChange{AreaSqFt: ptr(math.MaxInt), Bedrooms: ptr(51), Bathrooms: ptr(51), Floor: ptr(201), YearBuilt: ptr(2028)},
			[]string{"area_sqft range", "bedrooms range", "bathrooms range", "floor range", "year_built range"},
		},
		"in London":           {place(51.5, -0.1, 5), []string{"location range"}},
		"at 0,0":              {place(0, 0, 5), []string{"location range"}},
		"at no number":        {place(math.NaN(), 77, 5), []string{"location range"}},
		"exactly here":        {place(12, 77, 0), nil},
		"somewhere here":      {place(12, 77, 10_000), nil},
		"anywhere":            {place(12, 77, 10_001), []string{"location.accuracy_m range"}},
		"better than exactly": {place(12, 77, -1), []string{"location.accuracy_m range"}},
		"unknown accuracy":    {place(12, 77, math.NaN()), []string{"location.accuracy_m range"}},
	} {
		k := draft(t)
		before := snapshot(t, k.Property)
		_, err := k.Property.Edit(owner, c.change, nil, k.Now)
		assert.Equal(t, c.broken, brokenFields(t, err), name)
		if err != nil {
			assertUnchanged(t, before, k.Property)
		}
	}
}

// TestNextYearBeginsInIndia builds in the year that has begun in India but not in Greenwich.
func TestNextYearBeginsInIndia(t *testing.T) {
	t.Parallel()
	newYear := time.Date(2026, 12, 31, 18, 30, 0, 0, time.UTC)
	p := draft(t).Property
	_, err := p.Edit(owner, domain.DetailsChange{YearBuilt: ptr(2028)}, nil, newYear.Add(-1))
	assert.Error(t, err)
	_, err = p.Edit(owner, domain.DetailsChange{YearBuilt: ptr(2028)}, nil, newYear)
	assert.NoError(t, err)
}

// TestAnEditChangesWhatItNames sets one field at a time.
func TestAnEditChangesWhatItNames(t *testing.T) {
	t.Parallel()
	elsewhere := domain.Address{Line1: "1 MG Road", City: "Pune", State: "Maharashtra", Pincode: "411001"}
	spot := &domain.Location{Point: domain.Point{Lat: 18.5, Lng: 73.9}, AccuracyM: 3}
	seen := map[domain.Field]bool{}
	for field, c := range map[domain.Field]struct {
		change domain.DetailsChange
		want   func(*domain.Details)
	}{
		domain.FieldAddress:   {domain.DetailsChange{Address: &elsewhere}, func(d *domain.Details) { d.Address = elsewhere }},
		domain.FieldArea:      {domain.DetailsChange{AreaSqFt: ptr(5)}, func(d *domain.Details) { d.AreaSqFt = 5 }},
		domain.FieldBedrooms:  {domain.DetailsChange{Bedrooms: ptr(0)}, func(d *domain.Details) { d.Bedrooms = ptr(0) }},
		domain.FieldBathrooms: {domain.DetailsChange{Bathrooms: ptr(0)}, func(d *domain.Details) { d.Bathrooms = ptr(0) }},
		domain.FieldFloor:     {domain.DetailsChange{Floor: ptr(0)}, func(d *domain.Details) { d.Floor = ptr(0) }},
		domain.FieldYearBuilt: {domain.DetailsChange{YearBuilt: ptr(1999)}, func(d *domain.Details) { d.YearBuilt = ptr(1999) }},
		domain.FieldLocation:  {domain.DetailsChange{Location: spot}, func(d *domain.Details) { d.Location = spot }},
	} {
		k := draft(t)
		want := k.Property.Details
		c.want(&want)
		change := k.later(time.Hour).do(t, func(p *domain.Property) (domain.Change, error) { return p.Edit(owner, c.change, nil, k.Now) })
		assert.Equal(t, want, k.Property.Details, field)
		assert.Equal(t, domain.ActionEdited, change.Action)
		assert.Equal(t, k.Now, k.Property.UpdatedAt)
		assert.Equal(t, []domain.Field{field}, c.change.Fields())
		assert.Equal(t, []domain.Fact{{Name: "fields", Value: string(field)}}, change.Facts)
		seen[field] = true
	}
	assert.Len(t, seen, len(domain.Fields))
	assert.Len(t, allDetails().Fields(), len(domain.Fields))
	assert.IsNonDecreasing(t, allDetails().Fields())
	assert.Empty(t, domain.DetailsChange{}.Fields())
}

// TestAPropertySharesNothing changes, afterwards, what the caller handed in.
func TestAPropertySharesNothing(t *testing.T) {
	t.Parallel()
	c := allDetails()
	k := draft(t)
	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Edit(owner, c, nil, k.Now) })
	before := snapshot(t, k.Property)
	c.Address.City, *c.AreaSqFt, *c.Bedrooms, *c.Floor, c.Location.AccuracyM = "elsewhere", 1, 49, 199, 99
	assertUnchanged(t, before, k.Property)
}

func TestCompleteDetails(t *testing.T) {
	t.Parallel()
	assert.True(t, draft(t).Property.Details.Complete())
	for name, change := range map[string]func(*domain.Details){
		"line 1": func(d *domain.Details) { d.Address.Line1 = "" }, "city": func(d *domain.Details) { d.Address.City = "" },
		"state": func(d *domain.Details) { d.Address.State = "" }, "pincode": func(d *domain.Details) { d.Address.Pincode = "" },
		"area": func(d *domain.Details) { d.AreaSqFt = 0 }, "location": func(d *domain.Details) { d.Location = nil },
	} {
		d := draft(t).Property.Details
		change(&d)
		assert.False(t, d.Complete(), name)
	}
}

// FuzzText feeds text from outside through the API that accepts it: what is accepted is
// valid, short and printable.
func FuzzText(f *testing.F) {
	for _, s := range []string{"12 MG Road", "मकान नंबर १२", "", " ", "\xff", "a\x00b", "tab\tline\n", "\u202egnp.exe", strings.Repeat("न", 201), "\u0085"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := address()
		a.Line1 = s
		p, _, err := domain.NewProperty("p", owner, domain.House, s, domain.DetailsChange{Address: &a}, "salt", t0)
		if err != nil {
			if domain.KindOf(err) != domain.KindInvalid {
				t.Fatalf("%q is answered with %v", s, err)
			}
			return
		}
		n := utf8.RuneCountInString(strings.TrimSpace(s))
		if !utf8.ValidString(s) || n < 1 || utf8.RuneCountInString(s) > 64 || p.Details.Address.Line1 != s || p.ExternalRef != s {
			t.Fatalf("accepted %q as %q", s, p.Details.Address.Line1)
		}
		for _, r := range s {
			if (r < ' ' || r >= 0x7f && r < 0xa0) && !strings.ContainsRune("\n\r\t", r) {
				t.Fatalf("accepted the control character %U", r)
			}
		}
	})
}
