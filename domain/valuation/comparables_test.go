package valuation_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func (w *world) search(in valuation.SearchComparablesInput) ([]domain.AdjustedComparable, error) {
	return valuation.SearchComparables{UnitOfWork: w.Store, Clock: w.Clock}.Execute(w.request(in.Actor), in)
}

func TestSearchComparables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	found, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)
	require.Len(t, found, 12)
	sum := 0.0
	for i, c := range found {
		assert.Equal(t, domain.ComparableID(fmt.Sprintf("sale-%d", i)), c.Comparable.ID, "nearest first")
		assert.InDelta(t, 0.25*float64(i), c.DistanceKM, 0.01)
		assert.NotEmpty(t, c.Adjustments)
		sum += c.Weight
	}
	assert.InDelta(t, 1, sum, 1e-9, "all of them make the suggestion")

	few, err := w.search(valuation.SearchComparablesInput{Actor: supervisor, PropertyID: flat, RadiusKM: 2, Months: 6, Limit: 4})
	require.NoError(t, err)
	assert.Equal(t, found[:4], few, "a narrower search changes no figure")

	wide, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat, RadiusKM: 2, Months: 6})
	require.NoError(t, err)
	assert.Len(t, wide, 6, "no older than six months")
}

func TestSearchComparablesListsWhatTheModelLeavesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := sale(20, w.Clock.Now())
	old.SoldOn = domain.Date(w.Clock.Now()).AddDate(0, -40, 0)
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Comparables.Add(ctx, old) })
	found, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat, Months: 60})
	require.NoError(t, err)
	require.Len(t, found, 13)
	assert.Equal(t, old.ID, found[12].Comparable.ID)
	assert.Zero(t, found[12].Weight)
	assert.Positive(t, found[12].AdjustedPrice)
}

func TestLookingIntoAPropertyIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.draft("draft")
	bare, change, err := domain.NewProperty("bare", owner, domain.House, "", domain.DetailsChange{}, "salt", w.Clock.Now())
	require.NoError(t, err)
	bare.State, bare.SubmittedAt = domain.Submitted, w.Clock.Now() // as no property can be, and yet
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, bare); err != nil {
			return err
		}
		return tx.RecordChange(ctx, bare, change, w.IDs)
	})
	for name, ask := range map[string]func(domain.Actor, domain.PropertyID) error{
		"search": func(by domain.Actor, id domain.PropertyID) error {
			_, err := w.search(valuation.SearchComparablesInput{Actor: by, PropertyID: id})
			return err
		},
		"suggest": func(by domain.Actor, id domain.PropertyID) error {
			_, err := valuation.SuggestValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.SuggestValuationInput{Actor: by, PropertyID: id})
			return err
		},
		"list": func(by domain.Actor, id domain.PropertyID) error {
			_, err := valuation.ListValuations{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.ListValuationsInput{Actor: by, PropertyID: id})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.Refused(t, ask(stranger, flat), domain.KindNotFound, "property_not_found")
			fixture.Refused(t, ask(admin, flat), domain.KindNotFound, "property_not_found")
			fixture.Refused(t, ask(valuer, "draft"), domain.KindNotFound, "property_not_found")
			fixture.Refused(t, ask(valuer, "nothing"), domain.KindNotFound, "property_not_found")
			fixture.Refused(t, ask(moonlighter, flat), domain.KindForbidden, "own_property")
			if name != "list" {
				fixture.Refused(t, ask(valuer, "bare"), domain.KindConflict, "subject_incomplete")
			}
		})
	}
	_, err = w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat, RadiusKM: 51, Months: 61, Limit: 101})
	assert.Equal(t, []string{"radius_km", "months", "limit"}, brokenFields(t, err))
	_, err = w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat, RadiusKM: 0.05, Months: -1, Limit: -1})
	assert.Equal(t, []string{"radius_km", "months", "limit"}, brokenFields(t, err))
}

func TestLookingSurvivesOutages(t *testing.T) {
	t.Parallel()
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat})
			return err
		}
	})
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := valuation.ListValuations{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.ListValuationsInput{Actor: valuer, PropertyID: flat})
			return err
		}
	})
}

func TestSuggestValuation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := valuation.SuggestValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.SuggestValuationInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)
	assert.InEpsilon(t, 1250*12_000, float64(s.Amount), 0.03)
	assert.Len(t, s.Comparables, 12)
	assert.GreaterOrEqual(t, s.Confidence, 60)
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := valuation.SuggestValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.SuggestValuationInput{Actor: valuer, PropertyID: flat})
			return err
		}
	})
}

func (w *world) create(in valuation.CreateComparableInput) (domain.Comparable, error) {
	return valuation.CreateComparable{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(w.T.Context(), in)
}

func (w *world) get(id domain.ComparableID) (domain.Comparable, error) {
	return valuation.GetComparable{UnitOfWork: w.Store}.Execute(w.T.Context(), valuation.GetComparableInput{Actor: valuer, ComparableID: id})
}

func TestCreateAndGetComparable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	given := sale(50, w.Clock.Now())
	given.ID, given.CreatedBy, given.SoldOn = "forged", "forged", given.SoldOn.Add(7*time.Hour)
	key := domain.IdempotencyKey{UserID: supervisor.ID, Operation: "createComparable", Key: "k", Fingerprint: "f"}
	made, err := w.create(valuation.CreateComparableInput{Actor: supervisor, Key: key, Comparable: given})
	require.NoError(t, err)
	assert.NotEqual(t, given.ID, made.ID)
	assert.Equal(t, supervisor.ID, made.CreatedBy)
	assert.Equal(t, w.Clock.Now(), made.CreatedAt)
	assert.Equal(t, domain.Date(w.Clock.Now()).AddDate(0, -51, 0), made.SoldOn, "a day, not a moment")

	again, err := w.create(valuation.CreateComparableInput{Actor: supervisor, Key: key, Comparable: given})
	require.NoError(t, err)
	assert.Equal(t, made, again, "the same request makes no second one")
	_, err = w.create(valuation.CreateComparableInput{Actor: supervisor, Comparable: given})
	fixture.Refused(t, err, domain.KindConflict, "comparable_exists")

	logged := w.Security(domain.SecurityComparableCreated)
	require.Len(t, logged, 1)
	assert.Equal(t, string(made.ID), logged[0].Detail)

	read, err := w.get(made.ID)
	require.NoError(t, err)
	assert.Equal(t, made, read)
	_, err = w.get("nothing")
	fixture.Refused(t, err, domain.KindNotFound, "comparable_not_found")

	given.Pincode, given.Price = "12", 0
	_, err = w.create(valuation.CreateComparableInput{Actor: supervisor, Comparable: given})
	assert.Equal(t, []string{"pincode", "price"}, brokenFields(t, err))
}

const header = "source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on\n"

func csvRow(n int) string {
	return fmt.Sprintf("BROKER,B-%d,APARTMENT,Indiranagar,Bengaluru,560038,12.9719,77.6412,1250,3,2,2014,18500000,2026-05-14\n", n)
}

func (w *world) imports(r io.Reader) (valuation.ImportComparablesOutput, error) {
	uc := valuation.ImportComparables{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	return uc.Execute(w.T.Context(), valuation.ImportComparablesInput{Actor: admin, Key: func() domain.IdempotencyKey { return domain.IdempotencyKey{} }, CSV: r})
}

func (w *world) stored() int {
	near, err := ports.InTx(w.T.Context(), w.Store, func(ctx context.Context, tx ports.Tx) ([]domain.Comparable, error) {
		return tx.Comparables.Near(ctx, domain.Apartment, home, 50, time.Time{}, 100_000)
	})
	require.NoError(w.T, err)
	return len(near)
}

func TestImportComparables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := w.imports(strings.NewReader(header + csvRow(1) + csvRow(2) + "\n" + csvRow(1)))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Imported: 2, Skipped: 1}, out)
	out, err = w.imports(strings.NewReader(header + csvRow(2) + csvRow(3)))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Imported: 1, Skipped: 1}, out)
	assert.Equal(t, 15, w.stored())
	logged := w.Security(domain.SecurityComparablesImported)
	require.Len(t, logged, 2)
	assert.Equal(t, []int{1, 2}, []int{logged[0].Count, logged[1].Count})

	found, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat, RadiusKM: 0.1})
	require.NoError(t, err)
	var imported domain.Comparable
	for _, c := range found {
		if c.Comparable.SourceID == "B-3" {
			imported = c.Comparable
		}
	}
	require.NotEmpty(t, imported.ID)
	imported.ID = ""
	bedrooms, bathrooms, year := 3, 2, 2014
	assert.Equal(t, domain.Comparable{
		Source: domain.SourceBroker, SourceID: "B-3", Type: domain.Apartment, Locality: "Indiranagar", City: "Bengaluru",
		Pincode: "560038", Location: home, AreaSqFt: 1250, Bedrooms: &bedrooms, Bathrooms: &bathrooms, YearBuilt: &year,
		Price: 18_500_000, SoldOn: time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC), CreatedBy: admin.ID, CreatedAt: w.Clock.Now(),
	}, imported)
}

func TestImportReadsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out, err := w.imports(strings.NewReader("\ufeffSold_On,price,Source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built\r\n" +
		"2026-05-14, 18500000 ,LENDER,\"L,1\",LAND,,Pune,411045,18.5590,73.7868,2400,,,\r\n"))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Imported: 1}, out)
}

func TestImportRefusesTheWholeFile(t *testing.T) {
	t.Parallel()
	good := strings.TrimSuffix(csvRow(1), "\n")
	replaced := func(old, replacement string) string {
		return header + csvRow(7) + strings.Replace(good, old, replacement, 1)
	}
	many := header + strings.Repeat(csvRow(1), 10_001)
	for name, c := range map[string]struct {
		csv  string
		want []string
	}{
		"nothing at all":     {"", []string{"header.source", "header.source_id", "header.type", "header.locality", "header.city", "header.pincode", "header.lat", "header.lng", "header.area_sqft", "header.bedrooms", "header.bathrooms", "header.year_built", "header.price", "header.sold_on"}},
		"a column missing":   {strings.Replace(header, ",price", "", 1), []string{"header.price"}},
		"a column too many":  {"colour," + header, []string{"header[1]"}},
		"a column twice":     {"price," + header, []string{"header[14]"}},
		"too few cells":      {header + csvRow(7) + "BROKER,B-1\n", []string{"rows[2]"}},
		"open quotes":        {header + csvRow(7) + "\"BROKER,B-1\n", []string{"rows[2]"}},
		"bad pincode":        {replaced("560038", "56003"), []string{"rows[2].pincode"}},
		"unknown source":     {replaced("BROKER", "RUMOUR"), []string{"rows[2].source"}},
		"no number":          {replaced("1250", "twelve"), []string{"rows[2].area_sqft"}},
		"no place":           {replaced("12.9719", "north"), []string{"rows[2].lat"}},
		"a place abroad":     {replaced("12.9719", "51.5"), []string{"rows[2].location"}},
		"not a number":       {replaced("12.9719", "NaN"), []string{"rows[2].location"}},
		"a day that is none": {replaced("2026-05-14", "2026-02-30"), []string{"rows[2].sold_on"}},
		"tomorrow":           {replaced("2026-05-14", "2026-11-24"), []string{"rows[2].sold_on"}},
		"several faults":     {replaced("560038,12.9719,77.6412,1250,3", "x,y,z,0,three"), []string{"rows[2].lat", "rows[2].lng", "rows[2].bedrooms", "rows[2].pincode", "rows[2].area_sqft"}},
		"too many rows":      {many, []string{"rows"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.stored()
			_, err := w.imports(strings.NewReader(c.csv))
			assert.Equal(t, c.want, brokenFields(t, err))
			assert.NotContains(t, err.Error(), "twelve", "no value is echoed")
			assert.Equal(t, before, w.stored(), "nothing is stored")
		})
	}
}

func TestImportNamesAtMostFiftyFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.imports(strings.NewReader(header + strings.Repeat(",,,,,,,,,,,,,\n", 100)))
	fields := brokenFields(t, err)
	assert.Len(t, fields, 50)
	assert.Equal(t, "rows[1].lat", fields[0])
}

func TestImportNeitherReadsNorHashesInVain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	uc := valuation.ImportComparables{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	in := valuation.ImportComparablesInput{Actor: admin, Key: func() domain.IdempotencyKey {
		t.Error("a file that is refused needs no key")
		return domain.IdempotencyKey{}
	}}

	unread := iotest.ErrReader(errors.New("the reader was asked"))
	in.CSV = unread
	ended := &ports.Access{Identity: domain.Identity{Actor: admin, SessionID: "ended"}, Strict: true, Clock: w.Clock}
	_, err := uc.Execute(ports.WithAccess(t.Context(), ended), in)
	fixture.Refused(t, err, domain.KindUnauthenticated, "session_ended")

	in.CSV = io.MultiReader(strings.NewReader(header+strings.Repeat(",,,,,,,,,,,,,\n", 1000)), unread)
	_, err = uc.Execute(t.Context(), in)
	assert.Len(t, brokenFields(t, err), 50, "the rest is not read")
}

func TestImportReportsABrokenReader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cut := errors.New("the line is cut")
	_, err := w.imports(iotest.ErrReader(cut))
	require.ErrorIs(t, err, cut)
	_, err = w.imports(io.MultiReader(strings.NewReader(header+csvRow(1)), iotest.ErrReader(cut)))
	require.ErrorIs(t, err, cut)
	assert.Equal(t, 12, w.stored())
}

func TestImportSurvivesOutages(t *testing.T) {
	t.Parallel()
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := w.imports(strings.NewReader(header + csvRow(1) + csvRow(2)))
			if err != nil {
				w.Faults.Up()
				require.Equal(t, 12, w.stored())
			}
			return err
		}
	})
}

func FuzzImportComparables(f *testing.F) {
	f.Add(header + csvRow(1))
	f.Add("\ufeff" + header + "\"a\"\"b\",,,\n")
	f.Add(header + strings.Replace(csvRow(1), "18500000", "9223372036854775808", 1))
	f.Fuzz(func(t *testing.T, text string) {
		w := newWorld(t)
		out, err := w.imports(strings.NewReader(text))
		if err != nil {
			require.True(t, domain.IsKind(err, domain.KindInvalid), "%v", err)
			require.NotEmpty(t, brokenFields(t, err))
		}
		require.LessOrEqual(t, w.stored(), 12+out.Imported)
	})
}
