package portstest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ComparableStore checks a ports.ComparableStore. open returns an empty store.
func ComparableStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.ComparableID, domain.Comparable]{
		thing: "comparable",
		id:    func(c domain.Comparable) domain.ComparableID { return c.ID },
		make: func(c *cast) (first, second, bare domain.Comparable) {
			first, second = newComparable(c, 1), newComparable(c, 2)
			bare = first
			bare.Bedrooms, bare.Bathrooms, bare.YearBuilt, bare.Locality = nil, nil, nil, ""
			return first, second, bare
		},
		add: func(ctx context.Context, tx ports.Tx, c domain.Comparable) error { return tx.Comparables.Add(ctx, c) },
		get: func(ctx context.Context, tx ports.Tx, id domain.ComparableID) (domain.Comparable, error) {
			return tx.Comparables.Get(ctx, id)
		},
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"a source gives a number once":          sourceGivesNumberOnce,
		"finds what is near, nearest first":     findsNear,
		"finds exactly what lies in the circle": findsInCircle,
		"adds those that are new, at once":      addsNew,
		"finds what is near each place":         findsNearEach,
		"returns those of the ids":              returnsByIDs,
		"withdraws once, and keeps it":          withdrawsOnce,
		"one of many withdrawals wins":          oneWithdrawalWins,
		"lists what matches, newest first":      listsMatching,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.Comparables.List(ctx, domain.ComparableFilter{}, page)
				return err
			})
		},
	})
}

func newComparable(c *cast, n int) domain.Comparable {
	sale := fill[domain.Comparable](c.filler(n))
	sale.SourceID, sale.SoldOn, sale.Withdrawn = newID(), domain.Date(noon).AddDate(0, 0, -n), nil
	return sale
}

func (c *cast) sale(sale domain.Comparable) domain.Comparable {
	c.t.Helper()
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Comparables.Add(ctx, sale) })
	return sale
}

func comparableID(c domain.Comparable) domain.ComparableID { return c.ID }

func sourceGivesNumberOnce(t *testing.T, c *cast) {
	first := c.sale(newComparable(c, 1))
	again := newComparable(c, 2)
	again.Source, again.SourceID = first.Source, first.SourceID
	add := func(ctx context.Context, tx ports.Tx) error { return tx.Comparables.Add(ctx, again) }
	fails(t, c.uow, domain.KindConflict, "comparable_exists", add)
	fails(t, c.uow, domain.KindNotFound, "comparable_not_found", func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Comparables.Get(ctx, again.ID)
		return err
	})
	again.Source = domain.ComparableSources[(slices.Index(domain.ComparableSources, first.Source)+1)%3]
	do(t, c.uow, add) // numbers are unique per source only
}

type search struct {
	kind   domain.PropertyType
	centre domain.Point
	km     float64
	since  time.Time
	limit  int
}

func (c *cast) near(s search) []domain.Comparable {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Comparable, error) {
		return tx.Comparables.Near(ctx, s.kind, s.centre, s.km, s.since, s.limit)
	})
}

func findsNear(t *testing.T, c *cast) {
	s := search{domain.House, domain.Point{Lat: 12.9716, Lng: 77.5946}, 5, domain.Date(noon).AddDate(0, -12, 0), 100}
	place := func(n int, kind domain.PropertyType, northKM float64, soldOn time.Time) domain.Comparable {
		sale := newComparable(c, n)
		sale.Type, sale.SoldOn = kind, soldOn
		sale.Location = domain.Point{Lat: s.centre.Lat + northKM/111.195, Lng: s.centre.Lng}
		return c.sale(sale)
	}
	far, middle := place(1, domain.House, 4.9, s.since), place(2, domain.House, -2, s.since.AddDate(0, 0, 1))
	here, tied := place(3, domain.House, 0, s.since), place(4, domain.House, 4.9, s.since)
	place(5, domain.House, 5.1, s.since)
	place(6, domain.House, 1, s.since.AddDate(0, 0, -1))
	place(7, domain.Villa, 1, s.since)
	want := []domain.Comparable{here, middle, far, tied}
	if tied.ID < far.ID {
		want[2], want[3] = tied, far
	}
	same(t, want, c.near(s))
	isolated(t, func() []domain.Comparable { return c.near(s) })
	s.limit = 2
	same(t, want[:2], c.near(s))
	s.kind = domain.Land
	require.Empty(t, c.near(s))
}

// findsInCircle compares Near with a linear scan, for centres all over and radii of all sizes.
func findsInCircle(t *testing.T, c *cast) {
	random := rand.New(rand.NewPCG(1, 2))
	point := func() domain.Point {
		return domain.Point{Lat: 12.5 + random.Float64(), Lng: 77 + random.Float64()}
	}
	all := make([]domain.Comparable, 300)
	for i := range all {
		all[i] = newComparable(c, 1)
		all[i].Type, all[i].Location = domain.House, point()
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, sale := range all {
			if err := tx.Comparables.Add(ctx, sale); err != nil {
				return err
			}
		}
		return nil
	})
	for range 40 {
		s := search{domain.House, point(), 0.5 + random.Float64()*random.Float64()*60, time.Time{}, 1000}
		want := slices.DeleteFunc(slices.Clone(all), func(c domain.Comparable) bool { return s.centre.DistanceKM(c.Location) > s.km })
		slices.SortFunc(want, func(a, b domain.Comparable) int {
			return cmp.Compare(s.centre.DistanceKM(a.Location), s.centre.DistanceKM(b.Location))
		})
		assert.Equal(t, ids(want, comparableID), ids(c.near(s), comparableID), "%.1f km around %v", s.km, s.centre)
	}
}
