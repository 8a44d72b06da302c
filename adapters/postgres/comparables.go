package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The maximum numbers of comparables that one statement inserts, and of places that it searches,
// so that none takes longer than a statement may.
const (
	addedAtOnce    = 2000
	searchedAtOnce = 500
)

type comparables struct{ q *sqlcgen.Queries }

func comparableOf(r sqlcgen.Comparable) domain.Comparable {
	return domain.Comparable{
		ID: domain.ComparableID(r.ID), Source: domain.ComparableSource(r.Source), SourceID: r.SourceID,
		Type: domain.PropertyType(r.Type), Locality: r.Locality, City: r.City, Pincode: r.Pincode,
		Location: domain.Point{Lat: r.Lat, Lng: r.Lng}, AreaSqFt: r.AreaSqft, Bedrooms: r.Bedrooms, Bathrooms: r.Bathrooms,
		YearBuilt: r.YearBuilt, Price: domain.Rupees(r.Price), SoldOn: r.SoldOn, CreatedBy: domain.UserID(r.CreatedBy),
		CreatedAt: r.CreatedAt,
	}
}

func listedComparableOf(r sqlcgen.ListComparablesRow) domain.Comparable {
	c := comparableOf(r.Comparable)
	if r.WithdrawnBy != nil {
		c.Withdrawn = &domain.Withdrawal{By: idOf[domain.UserID](r.WithdrawnBy), At: value(r.WithdrawnAt), Reason: value(r.Reason)}
	}
	return c
}

func (s comparables) Add(ctx context.Context, c domain.Comparable) error {
	added, err := s.AddNew(ctx, []domain.Comparable{c})
	if err == nil && len(added) == 0 {
		return conflicts["comparables_source_key"]
	}
	return err
}

// AddNew leaves the transaction usable if sales are known, so that an import can continue.
func (s comparables) AddNew(ctx context.Context, sales []domain.Comparable) ([]domain.ComparableID, error) {
	// In one order, because two imports of the same sales in different orders would deadlock.
	sorted := slices.SortedStableFunc(slices.Values(sales), func(a, b domain.Comparable) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.SourceID, b.SourceID))
	})
	stored := make(map[domain.ComparableID]bool, len(sales))
	for chunk := range slices.Chunk(sorted, addedAtOnce) {
		ids, err := s.q.InsertComparables(ctx, comparableColumns(chunk))
		if err != nil {
			return nil, translate(err)
		}
		for _, id := range ids {
			stored[domain.ComparableID(id)] = true
		}
	}
	added := make([]domain.ComparableID, 0, len(stored))
	for _, c := range sales {
		if stored[c.ID] {
			added = append(added, c.ID)
		}
	}
	return added, nil
}

// comparableColumns turns comparables into columns.
func comparableColumns(sales []domain.Comparable) (p sqlcgen.InsertComparablesParams) {
	for _, c := range sales {
		p.Ids = append(p.Ids, string(c.ID))
		p.Sources = append(p.Sources, string(c.Source))
		p.SourceIds = append(p.SourceIds, c.SourceID)
		p.Types = append(p.Types, string(c.Type))
		p.Localities = append(p.Localities, c.Locality)
		p.Cities = append(p.Cities, c.City)
		p.Pincodes = append(p.Pincodes, c.Pincode)
		p.Lats = append(p.Lats, c.Location.Lat)
		p.Lngs = append(p.Lngs, c.Location.Lng)
		p.Areas = append(p.Areas, c.AreaSqFt)
		p.Bedrooms = append(p.Bedrooms, orUnknown(c.Bedrooms))
		p.Bathrooms = append(p.Bathrooms, orUnknown(c.Bathrooms))
		p.Years = append(p.Years, orUnknown(c.YearBuilt))
		p.Prices = append(p.Prices, int64(c.Price))
		p.SoldOn = append(p.SoldOn, c.SoldOn)
		p.CreatedBy = append(p.CreatedBy, string(c.CreatedBy))
		p.CreatedAt = append(p.CreatedAt, c.CreatedAt)
	}
	return p
}

// orUnknown returns -1, which InsertComparables stores as NULL, for nil.
func orUnknown(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

func (s comparables) Get(ctx context.Context, id domain.ComparableID) (domain.Comparable, error) {
	row, err := s.q.GetComparable(ctx, string(id))
	if err != nil {
		return domain.Comparable{}, absent(err, "comparable")
	}
	return listedComparableOf(sqlcgen.ListComparablesRow(row)), nil
}

func (s comparables) ByIDs(ctx context.Context, ids []domain.ComparableID) ([]domain.Comparable, error) {
	rows, err := s.q.ComparablesByIDs(ctx, texts[string](ids))
	return mapped(rows, func(r sqlcgen.ComparablesByIDsRow) domain.Comparable {
		return listedComparableOf(sqlcgen.ListComparablesRow(r))
	}), translate(err)
}

func (s comparables) Withdraw(ctx context.Context, id domain.ComparableID, w domain.Withdrawal) error {
	rows, err := s.q.InsertWithdrawal(ctx, sqlcgen.InsertWithdrawalParams{
		ComparableID: string(id), WithdrawnBy: string(w.By), WithdrawnAt: w.At, Reason: w.Reason,
	})
	if err != nil {
		return absent(err, "comparable")
	}
	return changed(rows, nil, domain.ComparableWithdrawn(), func() error {
		_, err := s.Get(ctx, id)
		return err
	})
}

func (s comparables) Near(ctx context.Context, kind domain.PropertyType, centre domain.Point, radiusKM float64, soldSince time.Time, limit int) ([]domain.Comparable, error) {
	found, err := s.NearEach(ctx, []ports.Around{{Type: kind, Centre: centre}}, radiusKM, soldSince, limit)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// NearEach searches many places by one statement, because each would be planned anew.
func (s comparables) NearEach(ctx context.Context, places []ports.Around, radiusKM float64, soldSince time.Time, limit int) ([][]domain.Comparable, error) {
	found := make([][]domain.Comparable, 0, len(places))
	for chunk := range slices.Chunk(places, searchedAtOnce) {
		near, err := s.nearEach(ctx, chunk, sqlcgen.ComparablesNearParams{
			RadiusKm: radiusKM, SoldSince: firstDayFrom(soldSince), PageLimit: max(0, limit),
		})
		if err != nil {
			return nil, translate(err)
		}
		found = append(found, near...)
	}
	return found, nil
}

func (s comparables) nearEach(ctx context.Context, places []ports.Around, search sqlcgen.ComparablesNearParams) ([][]domain.Comparable, error) {
	for _, p := range places {
		box := p.Centre.BoxAround(search.RadiusKm)
		search.Types = append(search.Types, string(p.Type))
		search.Lats, search.Lngs = append(search.Lats, p.Centre.Lat), append(search.Lngs, p.Centre.Lng)
		search.Souths, search.Norths = append(search.Souths, box.South), append(search.Norths, box.North)
		search.Wests, search.Easts = append(search.Wests, box.West), append(search.Easts, box.East)
	}
	rows, err := s.q.ComparablesNear(ctx, search)
	slices.SortFunc(rows, func(a, b sqlcgen.ComparablesNearRow) int {
		return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Km, b.Km), cmp.Compare(a.ID, b.ID))
	})
	found := make([][]domain.Comparable, len(places))
	for _, r := range rows {
		found[r.N-1] = append(found[r.N-1], comparableOf(sqlcgen.Comparable{
			ID: r.ID, Source: r.Source, SourceID: r.SourceID, Type: r.Type, Locality: r.Locality, City: r.City, Pincode: r.Pincode,
			Lat: r.Lat, Lng: r.Lng, AreaSqft: r.AreaSqft, Bedrooms: r.Bedrooms, Bathrooms: r.Bathrooms, YearBuilt: r.YearBuilt,
			Price: r.Price, SoldOn: r.SoldOn, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt,
		}))
	}
	return found, err
}

func (s comparables) List(ctx context.Context, f domain.ComparableFilter, page domain.Page) (domain.List[domain.Comparable], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.Comparable]{}, err
	}
	all := sqlcgen.ListComparablesParams{
		BeforeAt: at.at, BeforeID: at.id, Source: string(f.Source), SourceID: f.SourceID, Type: string(f.Type), Pincode: f.Pincode,
		Withdrawn: f.Withdrawn, PageLimit: at.more(),
	}
	var rows []sqlcgen.ListComparablesRow
	if f.Centre == nil {
		rows, err = s.q.ListComparables(ctx, all)
	} else {
		rows, err = s.listNear(ctx, f, all)
	}
	if err != nil {
		return domain.List[domain.Comparable]{}, translate(err)
	}
	return list(at, mapped(rows, listedComparableOf), func(c domain.Comparable) (time.Time, string) { return c.CreatedAt, string(c.ID) }), nil
}

// listNear lists within the filter's circle. The index of places begins with the type, so that
// it asks for each type if the filter has none.
func (s comparables) listNear(ctx context.Context, f domain.ComparableFilter, all sqlcgen.ListComparablesParams) ([]sqlcgen.ListComparablesRow, error) {
	types := []string{all.Type}
	if all.Type == "" {
		types = texts[string](domain.PropertyTypes)
	}
	box := f.Centre.BoxAround(f.RadiusKM)
	rows, err := s.q.ListComparablesNear(ctx, sqlcgen.ListComparablesNearParams{
		Types: types, South: box.South, North: box.North, West: box.West, East: box.East, Lat: f.Centre.Lat, Lng: f.Centre.Lng,
		RadiusKm: f.RadiusKM, BeforeAt: all.BeforeAt, BeforeID: all.BeforeID, Source: all.Source, SourceID: all.SourceID,
		Pincode: all.Pincode, Withdrawn: all.Withdrawn, PageLimit: all.PageLimit,
	})
	return mapped(rows, func(r sqlcgen.ListComparablesNearRow) sqlcgen.ListComparablesRow {
		return sqlcgen.ListComparablesRow(r)
	}), err
}

// firstDayFrom returns the first day that does not begin before t.
func firstDayFrom(t time.Time) time.Time {
	day := t.UTC().Truncate(24 * time.Hour)
	if day.Before(t) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}
