package valuation

import (
	"cmp"
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListComparables lists comparables wherever they are, also those that were withdrawn.
type ListComparables struct {
	UnitOfWork ports.UnitOfWork
}

// ListComparablesInput narrows the list. Fields with zero values do not narrow it.
type ListComparablesInput struct {
	Actor    domain.Actor
	Source   domain.ComparableSource
	SourceID string
	Type     domain.PropertyType
	Pincode  string
	// Lat and Lng, which must be given together, are the centre of a circle of RadiusKM, 0.1…10
	// or 1 if zero.
	Lat, Lng  *float64
	RadiusKM  float64
	Withdrawn *bool
	Page      domain.Page
}

// usualRadiusKM is the radius of the circle if the input has a centre only.
const usualRadiusKM = 1

// Execute returns one page, newest first. Errors: KindInvalid.
func (uc ListComparables) Execute(ctx context.Context, in ListComparablesInput) (domain.List[domain.Comparable], error) {
	filter, err := in.filter()
	if err != nil {
		return domain.List[domain.Comparable]{}, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Comparable], error) {
		return tx.Comparables.List(ctx, filter, in.Page)
	})
}

func (in ListComparablesInput) filter() (domain.ComparableFilter, error) {
	f := domain.ComparableFilter{Source: in.Source, SourceID: in.SourceID, Type: in.Type, Pincode: in.Pincode, Withdrawn: in.Withdrawn}
	var v domain.Violations
	v.Require(in.Lat != nil || in.Lng == nil && in.RadiusKM == 0, "lat", "required", "must be given with lng and radius_km")
	v.Require(in.Lng != nil || in.Lat == nil && in.RadiusKM == 0, "lng", "required", "must be given with lat and radius_km")
	if in.Lat != nil && in.Lng != nil {
		f.Centre, f.RadiusKM = &domain.Point{Lat: *in.Lat, Lng: *in.Lng}, cmp.Or(in.RadiusKM, usualRadiusKM)
	}
	if err := v.Err(); err != nil {
		return f, err
	}
	return f, f.Validate()
}
