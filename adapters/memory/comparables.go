package memory

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// cellDegrees is the side of a grid cell: about 5.5 km from south to north, so that the
// usual search of 5 km looks at nine to twelve of them.
const cellDegrees = 0.05

type cell struct {
	kind     domain.PropertyType
	lat, lng int
}

func row(degrees float64) int { return int(math.Floor(degrees / cellDegrees)) }

type saleNumber struct {
	source domain.ComparableSource
	number string
}

type comparableTable struct {
	*table[domain.ComparableID, domain.Comparable]
	bySource *index[saleNumber, domain.ComparableID, domain.Comparable]
	grid     *index[cell, domain.ComparableID, domain.Comparable]
}

func newComparableTable() *comparableTable {
	t := newTable(func(c *domain.Comparable) domain.ComparableID { return c.ID })
	return &comparableTable{
		table: t,
		bySource: indexBy(t, func(c *domain.Comparable) (saleNumber, bool) {
			return saleNumber{c.Source, c.SourceID}, true
		}),
		grid: indexBy(t, func(c *domain.Comparable) (cell, bool) {
			return cell{c.Type, row(c.Location.Lat), row(c.Location.Lng)}, true
		}),
	}
}

type comparables struct {
	tableView[domain.ComparableID, domain.Comparable]
	find *comparableTable
}

func (s comparables) Add(ctx context.Context, comparable domain.Comparable) error {
	comparable.Withdrawn = nil
	return s.addIf(ctx, comparable, func(c domain.Comparable) error {
		if s.find.bySource.taken(saleNumber{c.Source, c.SourceID}, c.ID) {
			return domain.Conflict("comparable_exists", "this source already gave a sale of this number")
		}
		return nil
	})
}

func (s comparables) AddNew(ctx context.Context, sales []domain.Comparable) ([]domain.ComparableID, error) {
	if err := s.begin(ctx, "AddNew"); err != nil {
		return nil, err
	}
	added := make([]domain.ComparableID, 0, len(sales))
	for _, c := range sales {
		if _, ok := s.table.held[c.ID]; ok {
			return nil, fmt.Errorf("memory: a %s of this id was added before", s.thing)
		}
		if s.find.bySource.taken(saleNumber{c.Source, c.SourceID}, c.ID) {
			continue
		}
		c.Withdrawn = nil
		s.table.put(s.unit, c)
		added = append(added, c.ID)
	}
	return added, nil
}

func (s comparables) ByIDs(ctx context.Context, ids []domain.ComparableID) ([]domain.Comparable, error) {
	if err := s.begin(ctx, "ByIDs"); err != nil {
		return nil, err
	}
	var found []domain.Comparable
	for i, id := range ids {
		if c, ok := s.table.get(id); ok && !slices.Contains(ids[:i], id) {
			found = append(found, c)
		}
	}
	return found, nil
}

func (s comparables) Withdraw(ctx context.Context, id domain.ComparableID, withdrawal domain.Withdrawal) error {
	if err := s.begin(ctx, "Withdraw"); err != nil {
		return err
	}
	c, ok := s.table.get(id)
	switch {
	case !ok:
		return domain.NotFound(s.thing)
	case c.Withdrawn != nil:
		return domain.ComparableWithdrawn()
	}
	c.Withdrawn = &withdrawal
	s.table.put(s.unit, c)
	return nil
}

func (s comparables) Near(ctx context.Context, kind domain.PropertyType, centre domain.Point, radiusKM float64, soldSince time.Time, limit int) ([]domain.Comparable, error) {
	if err := s.begin(ctx, "Near"); err != nil {
		return nil, err
	}
	return s.near(ports.Around{Type: kind, Centre: centre}, radiusKM, soldSince, limit), nil
}

func (s comparables) NearEach(ctx context.Context, places []ports.Around, radiusKM float64, soldSince time.Time, limit int) ([][]domain.Comparable, error) {
	if err := s.begin(ctx, "NearEach"); err != nil {
		return nil, err
	}
	found := make([][]domain.Comparable, len(places))
	for i, place := range places {
		found[i] = s.near(place, radiusKM, soldSince, limit)
	}
	return found, nil
}

func (s comparables) near(place ports.Around, radiusKM float64, soldSince time.Time, limit int) []domain.Comparable {
	type hit struct {
		km   float64
		sale *domain.Comparable
	}
	var hits []hit
	for sale := range s.find.around(place.Type, place.Centre.BoxAround(radiusKM)) {
		if sale.Withdrawn != nil || sale.SoldOn.Before(soldSince) {
			continue
		}
		if km := place.Centre.DistanceKM(sale.Location); km <= radiusKM {
			hits = append(hits, hit{km, sale})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.sale.ID, b.sale.ID))
	})
	hits = hits[:min(len(hits), max(0, limit))]
	near := make([]domain.Comparable, len(hits))
	for i, h := range hits {
		near[i] = s.table.clone(*h.sale)
	}
	return near
}

func (s comparables) List(ctx context.Context, filter domain.ComparableFilter, page domain.Page) (domain.List[domain.Comparable], error) {
	if err := s.begin(ctx, "List"); err != nil {
		return domain.List[domain.Comparable]{}, err
	}
	var matching []*domain.Comparable
	for _, c := range s.table.held {
		if filter.Matches(*c) {
			matching = append(matching, c)
		}
	}
	newest := order[domain.Comparable]{
		at:         func(c *domain.Comparable) time.Time { return c.CreatedAt },
		id:         func(c *domain.Comparable) string { return string(c.ID) },
		descending: true,
	}
	return newest.page(s.table.clone, matching, page)
}

// around yields the sales of a type in the cells that the box touches. If it touches more
// cells than there are sales, around yields every sale of the type, because scanning the
// sales is then cheaper than looking into the cells.
func (t *comparableTable) around(kind domain.PropertyType, box domain.Box) iter.Seq[*domain.Comparable] {
	south, north, west, east := row(box.South), row(box.North), row(box.West), row(box.East)
	return func(yield func(*domain.Comparable) bool) {
		if (north-south+1)*(east-west+1) > len(t.held) {
			for _, sale := range t.held {
				if sale.Type == kind && !yield(sale) {
					return
				}
			}
			return
		}
		for lat := south; lat <= north; lat++ {
			for lng := west; lng <= east; lng++ {
				for _, sale := range t.grid.held[cell{kind, lat, lng}] {
					if !yield(sale) {
						return
					}
				}
			}
		}
	}
}
