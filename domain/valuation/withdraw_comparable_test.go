package valuation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func (w *world) withdraw(in valuation.WithdrawComparableInput) (domain.Comparable, error) {
	return valuation.WithdrawComparable{UnitOfWork: w.Store, Clock: w.Clock}.Execute(w.T.Context(), in)
}

func (w *world) list(in valuation.ListComparablesInput) ([]domain.ComparableID, error) {
	page, err := valuation.ListComparables{UnitOfWork: w.Store}.Execute(w.T.Context(), in)
	listed := make([]domain.ComparableID, len(page.Items))
	for i, c := range page.Items {
		listed[i] = c.ID
	}
	slices.Sort(listed)
	return listed, err
}

func TestWithdrawComparable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Clock.Advance(1)
	in := valuation.WithdrawComparableInput{
		Actor: supervisor, ComparableID: "sale-3", Reason: "the deed is of another flat",
		Key: domain.IdempotencyKey{UserID: supervisor.ID, Operation: "withdrawComparable", Key: "k", Fingerprint: "f"},
	}
	c, err := w.withdraw(in)
	require.NoError(t, err)
	assert.Equal(t, &domain.Withdrawal{By: supervisor.ID, At: w.Clock.Now(), Reason: "the deed is of another flat"}, c.Withdrawn)
	again, err := w.withdraw(in)
	require.NoError(t, err)
	assert.Equal(t, c, again, "the same request is answered the same")
	require.Len(t, w.Security(domain.SecurityComparableWithdrawn), 1)
	read, err := w.get("sale-3")
	require.NoError(t, err)
	assert.Equal(t, c, read)

	in.Key.Key, in.Actor = "another", admin
	_, err = w.withdraw(in)
	fixture.Refused(t, err, domain.KindConflict, "comparable_withdrawn")
	in.ComparableID = "nothing"
	_, err = w.withdraw(in)
	fixture.Refused(t, err, domain.KindNotFound, "comparable_not_found")
	_, err = w.withdraw(valuation.WithdrawComparableInput{Actor: admin, ComparableID: "sale-4", Reason: " "})
	assert.Equal(t, []string{"reason"}, brokenFields(t, err))
	read, err = w.get("sale-4")
	require.NoError(t, err)
	assert.Nil(t, read.Withdrawn)
}

// TestAWithdrawnComparableIsNoEvidence looks in every place that shows comparables.
func TestAWithdrawnComparableIsNoEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.approved()
	require.True(t, slices.ContainsFunc(v.Comparables, func(c domain.AdjustedComparable) bool { return c.Comparable.ID == "sale-2" }))
	_, err := w.withdraw(valuation.WithdrawComparableInput{Actor: admin, ComparableID: "sale-2", Reason: "never sold"})
	require.NoError(t, err)

	found, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)
	assert.Len(t, found, 11)
	s, err := valuation.SuggestValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.SuggestValuationInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)
	assert.Len(t, s.Comparables, 11)

	kept, err := valuation.GetValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.GetValuationInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)
	assert.Equal(t, v.Comparables, kept.Valuation.Comparables, "a valuation keeps what it rests on")

	out, err := w.imports(strings.NewReader(header + "REGISTRY,KA-2,APARTMENT,Indiranagar,Bengaluru,560038,12.9719,77.6412,1250,3,2,2014,18500000,2026-05-14\n"))
	require.NoError(t, err)
	assert.Equal(t, valuation.ImportComparablesOutput{Skipped: 1}, out)
	_, err = w.create(valuation.CreateComparableInput{Actor: supervisor, Comparable: sale(2, w.Clock.Now())})
	fixture.Refused(t, err, domain.KindConflict, "comparable_exists")
	read, err := w.get("sale-2")
	require.NoError(t, err)
	assert.NotNil(t, read.Withdrawn, "its source does not bring it back")
}

func TestListComparables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.withdraw(valuation.WithdrawComparableInput{Actor: admin, ComparableID: "sale-3", Reason: "never sold"})
	require.NoError(t, err)
	yes, lat, lng, abroad := true, home.Lat, home.Lng, 51.5
	for name, c := range map[string]struct {
		in   valuation.ListComparablesInput
		want []domain.ComparableID
	}{
		"by number":     {valuation.ListComparablesInput{Source: domain.SourceRegistry, SourceID: "KA-7"}, []domain.ComparableID{"sale-7"}},
		"withdrawn":     {valuation.ListComparablesInput{Withdrawn: &yes}, []domain.ComparableID{"sale-3"}},
		"around":        {valuation.ListComparablesInput{Lat: &lat, Lng: &lng}, []domain.ComparableID{"sale-0", "sale-1", "sale-2", "sale-3", "sale-4"}},
		"closer":        {valuation.ListComparablesInput{Lat: &lat, Lng: &lng, RadiusKM: 0.3}, []domain.ComparableID{"sale-0", "sale-1"}},
		"other pincode": {valuation.ListComparablesInput{Pincode: "560039"}, []domain.ComparableID{}},
		"other type":    {valuation.ListComparablesInput{Type: domain.Villa}, []domain.ComparableID{}},
	} {
		listed, err := w.list(c.in)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, listed, name)
	}
	all, err := w.list(valuation.ListComparablesInput{})
	require.NoError(t, err)
	assert.Len(t, all, 12)
	for want, in := range map[string]valuation.ListComparablesInput{
		"lng": {Lat: &lat}, "lat": {Lng: &lng}, "[lat lng]": {RadiusKM: 1}, "radius_km": {Lat: &lat, Lng: &lng, RadiusKM: 11},
		"lat, abroad": {Lat: &abroad, Lng: &lng}, "source_id": {SourceID: "\xff"},
	} {
		_, err := w.list(in)
		want, _, _ = strings.Cut(want, ",")
		assert.Equal(t, strings.Trim(want, "[]"), strings.Trim(fmt.Sprint(brokenFields(t, err)), "[]"))
	}
}

func TestComparablesSurviveOutages(t *testing.T) {
	t.Parallel()
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := w.withdraw(valuation.WithdrawComparableInput{Actor: admin, ComparableID: "sale-1", Reason: "never sold"})
			return err
		}
	})
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := w.list(valuation.ListComparablesInput{})
			return err
		}
	})
	everyOutage(t, func(w *world) func() error {
		return func() error {
			_, err := w.create(valuation.CreateComparableInput{Actor: admin, Comparable: sale(50, w.Clock.Now())})
			return err
		}
	})
}
