package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type properties struct{ q *sqlcgen.Queries }

func (s properties) Add(ctx context.Context, property domain.Property) error {
	row, err := propertyRow(property)
	if err != nil {
		return err
	}
	return translate(s.q.InsertProperty(ctx, sqlcgen.InsertPropertyParams(row)))
}

// found converts a row that was read, or translates the error of reading it.
func found[Row, V any](row Row, err error, thing string, convert func(Row) (V, error)) (V, error) {
	if err != nil {
		var none V
		return none, absent(err, thing)
	}
	return convert(row)
}

func (s properties) Get(ctx context.Context, id domain.PropertyID) (domain.Property, error) {
	row, err := s.q.GetProperty(ctx, string(id))
	return found(row, err, "property", propertyOf)
}

func (s properties) Lock(ctx context.Context, id domain.PropertyID) (domain.Property, error) {
	row, err := s.q.LockProperty(ctx, string(id))
	return found(row, err, "property", propertyOf)
}

// Update leaves the transaction aborted if the reference is taken.
func (s properties) Update(ctx context.Context, property *domain.Property) error {
	row, err := propertyRow(*property)
	if err != nil {
		return err
	}
	rows, err := s.q.UpdateProperty(ctx, sqlcgen.UpdatePropertyParams(row))
	err = changed(rows, err, domain.Stale("property"), func() error {
		_, err := s.Get(ctx, property.ID)
		return err
	})
	if err == nil {
		property.Version++
	}
	return err
}

// ReserveExternalRef locks the reference before it searches for it, so that the search sees what
// a transaction that had the lock before has committed. A unique index could not be built if
// properties of earlier releases have the same reference.
func (s properties) ReserveExternalRef(ctx context.Context, owner domain.UserID, ref string, except domain.PropertyID) error {
	if ref == "" {
		return nil
	}
	if err := s.q.LockExternalRef(ctx, sqlcgen.LockExternalRefParams{OwnerID: string(owner), ExternalRef: ref}); err != nil {
		return translate(err)
	}
	taken, err := s.q.ExternalRefTaken(ctx, sqlcgen.ExternalRefTakenParams{OwnerID: string(owner), ExternalRef: ref, OtherThan: string(except)})
	switch {
	case err != nil:
		return translate(err)
	case taken:
		return domain.ExternalRefTaken()
	}
	return nil
}

func (s properties) Delete(ctx context.Context, id domain.PropertyID) error {
	rows, err := s.q.DeleteProperty(ctx, string(id))
	return changed(rows, err, domain.NotFound("property"), func() error { return nil })
}

func (s properties) HasPincode(ctx context.Context, owner domain.UserID, pincode string) (bool, error) {
	has, err := s.q.HasPincode(ctx, sqlcgen.HasPincodeParams{OwnerID: string(owner), Pincode: pincode})
	return has, translate(err)
}

func (s properties) ByOwner(ctx context.Context, owner domain.UserID, page domain.Page) (domain.List[domain.Property], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.Property]{}, err
	}
	rows, err := s.q.PropertiesByOwner(ctx, sqlcgen.PropertiesByOwnerParams{
		OwnerID: string(owner), AfterAt: at.at, AfterID: at.id, PageLimit: at.more(),
	})
	if err != nil {
		return domain.List[domain.Property]{}, translate(err)
	}
	mine, err := mappedErr(rows, propertyOf)
	return list(at, mine, func(p domain.Property) (time.Time, string) { return p.CreatedAt, string(p.ID) }), err
}

func (s properties) CountByState(ctx context.Context) (map[domain.State]int, error) {
	rows, err := s.q.CountByState(ctx)
	if err != nil {
		return nil, translate(err)
	}
	counts := make(map[domain.State]int, len(rows))
	for _, r := range rows {
		counts[domain.State(r.State)] = int(r.Count)
	}
	return counts, nil
}
