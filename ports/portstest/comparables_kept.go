package portstest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func (c *cast) getComparable(id domain.ComparableID) domain.Comparable {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Comparable, error) {
		return tx.Comparables.Get(ctx, id)
	})
}

// returnsByIDs names a withdrawn comparable, one twice, and one that does not exist.
func returnsByIDs(t *testing.T, c *cast) {
	first, second, other := c.sale(newComparable(c, 1)), c.sale(newComparable(c, 2)), c.sale(newComparable(c, 3))
	second.Withdrawn = &domain.Withdrawal{By: c.valuer.ID, At: noon, Reason: "sold to a relative"}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		return tx.Comparables.Withdraw(ctx, second.ID, *second.Withdrawn)
	})
	byIDs := func(ids ...domain.ComparableID) []domain.Comparable {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Comparable, error) {
			return tx.Comparables.ByIDs(ctx, ids)
		})
	}
	list := func() []domain.Comparable {
		return byIDs(other.ID, second.ID, domain.ComparableID(newID()), other.ID, first.ID)
	}
	same(t, []domain.Comparable{other, second, first}, list())
	isolated(t, list)
	assert.Empty(t, byIDs())
}

func (c *cast) addNew(sales ...domain.Comparable) []domain.ComparableID {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.ComparableID, error) {
		return tx.Comparables.AddNew(ctx, sales)
	})
}

// addsNew adds more sales at once than one statement of any adapter does.
func addsNew(t *testing.T, c *cast) {
	require.Empty(t, c.addNew())
	known := c.sale(newComparable(c, 1))
	again, first, second, bare := newComparable(c, 2), newComparable(c, 3), newComparable(c, 4), newComparable(c, 5)
	again.Source, again.SourceID = known.Source, known.SourceID
	second.Source, second.SourceID = first.Source, first.SourceID
	bare.Bedrooms, bare.Bathrooms, bare.YearBuilt, bare.Locality = nil, nil, nil, ""
	bare.Withdrawn = &domain.Withdrawal{By: c.valuer.ID, At: noon, Reason: "not withdrawn yet"}
	sales := []domain.Comparable{again, first, second, bare}
	want := []domain.ComparableID{first.ID, bare.ID}
	for range 4500 {
		sale := newComparable(c, 6)
		sales, want = append(sales, sale), append(want, sale.ID)
	}
	assert.Equal(t, want, c.addNew(sales...))
	same(t, known, c.getComparable(known.ID))
	same(t, first, c.getComparable(first.ID))
	bare.Withdrawn = nil
	same(t, bare, c.getComparable(bare.ID))
	for _, refused := range []domain.Comparable{again, second} {
		fails(t, c.uow, domain.KindNotFound, "comparable_not_found", func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Comparables.Get(ctx, refused.ID)
			return err
		})
	}
	for i := range sales {
		sales[i].ID = domain.ComparableID(newID())
	}
	assert.Empty(t, c.addNew(sales...), "all are known")
}

func findsNearEach(t *testing.T, c *cast) {
	since := domain.Date(noon).AddDate(0, -12, 0)
	places := []ports.Around{
		{Type: domain.House, Centre: domain.Point{Lat: 12.9716, Lng: 77.5946}}, {Type: domain.Land, Centre: domain.Point{Lat: 12.9716, Lng: 77.5946}},
		{Type: domain.House, Centre: domain.Point{Lat: 19.0760, Lng: 72.8777}}, {Type: domain.House, Centre: domain.Point{Lat: 12.9716, Lng: 77.5946}},
	}
	for i := range 12 {
		sale := newComparable(c, i+1)
		sale.Type, sale.Location = places[i%3].Type, places[i%3].Centre
		sale.Location.Lat += float64(i) * 0.005
		c.sale(sale)
	}
	each := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([][]domain.Comparable, error) {
		return tx.Comparables.NearEach(ctx, places, 5, since, 3)
	})
	require.Len(t, each, len(places))
	for i, place := range places {
		same(t, c.near(search{place.Type, place.Centre, 5, since, 3}), each[i])
		assert.Len(t, each[i], 3)
	}
	require.Empty(t, read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([][]domain.Comparable, error) {
		return tx.Comparables.NearEach(ctx, nil, 5, since, 3)
	}))
}

func (c *cast) withdraw(id domain.ComparableID, w domain.Withdrawal) error {
	return c.uow.Do(c.t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Comparables.Withdraw(ctx, id, w) })
}

func withdrawsOnce(t *testing.T, c *cast) {
	sale := c.sale(newComparable(c, 1))
	s := search{sale.Type, sale.Location, 1, time.Time{}, 10}
	require.Contains(t, ids(c.near(s), comparableID), sale.ID)
	w := domain.Withdrawal{By: c.supervisor.ID, At: noon, Reason: "the deed — ₹ — is of another flat'"}
	require.NoError(t, c.withdraw(sale.ID, w))
	sale.Withdrawn = &w
	same(t, sale, c.getComparable(sale.ID))
	require.NotContains(t, ids(c.near(s), comparableID), sale.ID)

	isError(t, c.withdraw(sale.ID, domain.Withdrawal{By: c.valuer.ID, At: noon.Add(time.Hour), Reason: "again"}), domain.KindConflict, "comparable_withdrawn")
	same(t, sale, c.getComparable(sale.ID), "the first reason stays")
	isError(t, c.withdraw(domain.ComparableID(newID()), w), domain.KindNotFound, "comparable_not_found")
	isError(t, c.withdraw("no id", w), domain.KindNotFound, "comparable_not_found")

	again := newComparable(c, 3)
	again.Source, again.SourceID = sale.Source, sale.SourceID
	fails(t, c.uow, domain.KindConflict, "comparable_exists", func(ctx context.Context, tx ports.Tx) error { return tx.Comparables.Add(ctx, again) })
	assert.Empty(t, c.addNew(again))
	same(t, sale, c.getComparable(sale.ID), "its source does not bring it back")
}

func oneWithdrawalWins(t *testing.T, c *cast) {
	sale := c.sale(newComparable(c, 1))
	errs := race(racers, func(i int) error {
		return c.withdraw(sale.ID, domain.Withdrawal{By: c.supervisor.ID, At: noon, Reason: fmt.Sprintf("reason %d", i)})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
	won := slices.Index(errs, nil)
	assert.Equal(t, fmt.Sprintf("reason %d", won), c.getComparable(sale.ID).Withdrawn.Reason)
}

// listsMatching compares every filter with ComparableFilter.Matches.
func listsMatching(t *testing.T, c *cast) {
	all := make([]domain.Comparable, 0, 24)
	for i := range 24 {
		sale := newComparable(c, i+1)
		sale.Type, sale.Source = domain.PropertyTypes[i%len(domain.PropertyTypes)], domain.ComparableSources[i%len(domain.ComparableSources)]
		sale.Pincode, sale.CreatedAt = fmt.Sprintf("56003%d", i%4), noon.Add(-time.Duration(i/2)*time.Hour) // pairs with equal times
		sale.Location = domain.Point{Lat: 12.9716 + float64(i)*0.005, Lng: 77.5946}
		c.sale(sale)
		if i%5 == 0 {
			w := domain.Withdrawal{By: c.supervisor.ID, At: noon, Reason: "wrong"}
			require.NoError(t, c.withdraw(sale.ID, w))
			sale.Withdrawn = &w
		}
		all = append(all, sale)
	}
	yes, no := true, false
	centre := all[8].Location
	for _, filter := range []domain.ComparableFilter{
		{}, {Source: domain.SourceLender}, {Source: all[5].Source, SourceID: all[5].SourceID}, {SourceID: all[6].SourceID}, {SourceID: "none"},
		{Type: domain.Villa}, {Pincode: "560032"}, {Withdrawn: &yes}, {Withdrawn: &no}, {Centre: &centre, RadiusKM: 3},
		{Centre: &centre, RadiusKM: 6, Type: domain.House}, {Centre: &centre, RadiusKM: 6, Withdrawn: &yes, Pincode: "560031"},
		{Centre: &centre, RadiusKM: 6, Source: all[9].Source, SourceID: all[9].SourceID}, {Withdrawn: &no, Type: domain.Land, Pincode: "560033"},
	} {
		var want []domain.Comparable
		for _, sale := range all {
			if filter.Matches(sale) {
				want = append(want, sale)
			}
		}
		slices.SortFunc(want, func(a, b domain.Comparable) int {
			return byTime(func(c domain.Comparable) time.Time { return c.CreatedAt }, comparableID)(b, a)
		})
		paged(t, want, func(page domain.Page) domain.List[domain.Comparable] {
			return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Comparable], error) {
				return tx.Comparables.List(ctx, filter, page)
			})
		})
	}
}
