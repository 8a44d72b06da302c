package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
)

func (s *server) SearchComparables(ctx context.Context, r gen.SearchComparablesRequestObject) (gen.SearchComparablesResponseObject, error) {
	found, err := s.UseCases.SearchComparables.Execute(ctx, valuation.SearchComparablesInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		RadiusKM: value(r.Params.RadiusKm), Months: value(r.Params.Months), Limit: value(r.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	return gen.SearchComparables200JSONResponse{Items: each(found, encodeAdjusted)}, nil
}

func (s *server) CreateComparable(ctx context.Context, r gen.CreateComparableRequestObject) (gen.CreateComparableResponseObject, error) {
	comparable, err := s.UseCases.CreateComparable.Execute(ctx, valuation.CreateComparableInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), Comparable: decodeComparable(*r.Body),
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateComparable201JSONResponse(encodeComparable(comparable)), nil
}

func (s *server) GetComparable(ctx context.Context, r gen.GetComparableRequestObject) (gen.GetComparableResponseObject, error) {
	comparable, err := s.UseCases.GetComparable.Execute(ctx, valuation.GetComparableInput{
		Actor: actorOf(ctx), ComparableID: domain.ComparableID(r.ComparableID),
	})
	if err != nil {
		return nil, err
	}
	return gen.GetComparable200JSONResponse(encodeComparable(comparable)), nil
}

func (s *server) ListComparables(ctx context.Context, r gen.ListComparablesRequestObject) (gen.ListComparablesResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListComparables.Execute(ctx, valuation.ListComparablesInput{
		Actor: actorOf(ctx), Source: domain.ComparableSource(value(r.Params.Source)), SourceID: value(r.Params.SourceID),
		Type: domain.PropertyType(value(r.Params.Type)), Pincode: value(r.Params.Pincode),
		Lat: r.Params.Lat, Lng: r.Params.Lng, RadiusKM: value(r.Params.RadiusKm), Withdrawn: r.Params.Withdrawn, Page: p,
	})
	if err != nil {
		return nil, err
	}
	return gen.ListComparables200JSONResponse{Items: each(list.Items, encodeComparable), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) WithdrawComparable(ctx context.Context, r gen.WithdrawComparableRequestObject) (gen.WithdrawComparableResponseObject, error) {
	comparable, err := s.UseCases.WithdrawComparable.Execute(ctx, valuation.WithdrawComparableInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), ComparableID: domain.ComparableID(r.ComparableID), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.WithdrawComparable200JSONResponse(encodeComparable(comparable)), nil
}

func (s *server) ImportComparables(ctx context.Context, r gen.ImportComparablesRequestObject) (gen.ImportComparablesResponseObject, error) {
	out, err := s.UseCases.ImportComparables.Execute(ctx, valuation.ImportComparablesInput{
		Actor: actorOf(ctx), Key: func() domain.IdempotencyKey { return keyOf(ctx) }, CSV: r.Body,
	})
	if err != nil {
		return nil, err
	}
	return gen.ImportComparables200JSONResponse{Imported: out.Imported, Skipped: out.Skipped}, nil
}
