package memory

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
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
	return s.addIf(ctx, comparable, func(c domain.Comparable) error {
		if s.find.bySource.taken(saleNumber{c.Source, c.SourceID}, c.ID) {
			return domain.Conflict("comparable_exists", "this source already gave a sale of this number")
		}
		return nil
	})
}

func (s comparables) Near(ctx context.Context, kind domain.PropertyType, centre domain.Point, radiusKM float64, soldSince time.Time, limit int) ([]domain.Comparable, error) {
	if err := s.begin(ctx, "Near"); err != nil {
		return nil, err
	}
	type hit struct {
		km   float64
		sale *domain.Comparable
	}
	var hits []hit
	for sale := range s.find.around(kind, centre.BoxAround(radiusKM)) {
		if sale.SoldOn.Before(soldSince) {
			continue
		}
		if km := centre.DistanceKM(sale.Location); km <= radiusKM {
			hits = append(hits, hit{km, sale})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if c := cmp.Compare(a.km, b.km); c != 0 {
			return c
		}
		return cmp.Compare(a.sale.ID, b.sale.ID)
	})
	hits = hits[:min(len(hits), max(0, limit))]
	near := make([]domain.Comparable, len(hits))
	for i, h := range hits {
		near[i] = s.table.clone(*h.sale)
	}
	return near, nil
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
