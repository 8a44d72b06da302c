package ports

import (
	"context"
	"math"
	"time"

	"github.com/propflow/propflow/domain"
)

const (
	// cellDegrees is the side of the cells of which each is searched once for all comparables in
	// it: about 4.4 km.
	cellDegrees = 0.04
	// cellReachKM is how far a comparable may be from the middle of its cell.
	cellReachKM = 3.2
)

// PriceBounds returns, for each comparable, the bounds of a plausible price by the comparables
// that are stored around it. It searches at once, and in each cell once, because an import has
// thousands in a few towns. Errors returned: those of the store.
func (tx Tx) PriceBounds(ctx context.Context, comparables []domain.Comparable, now time.Time) ([]domain.PriceBounds, error) {
	var cells []Around
	index := make(map[Around]int)
	for _, c := range comparables {
		cell := cellOf(c)
		if _, known := index[cell]; !known {
			index[cell] = len(cells)
			cells = append(cells, cell)
		}
	}
	since := domain.Date(now).AddDate(-domain.SurroundingsYears, 0, 0)
	around, err := tx.Comparables.NearEach(ctx, cells, domain.SurroundingsKM+cellReachKM, since, domain.SurroundingSales)
	if err != nil {
		return nil, err
	}
	surroundings := make([]domain.Surroundings, len(around))
	for i, found := range around {
		surroundings[i] = domain.SurroundingsOf(found)
	}
	bounds := make([]domain.PriceBounds, len(comparables))
	for i, c := range comparables {
		_, bounds[i] = surroundings[index[cellOf(c)]].Judge(c)
	}
	return bounds, nil
}

// cellOf returns the cell of a comparable, by its middle.
func cellOf(c domain.Comparable) Around {
	middle := func(degrees float64) float64 { return (math.Floor(degrees/cellDegrees) + 0.5) * cellDegrees }
	return Around{Type: c.Type, Centre: domain.Point{Lat: middle(c.Location.Lat), Lng: middle(c.Location.Lng)}}
}
