package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
)

func (s *server) LookUpPincode(ctx context.Context, r gen.LookUpPincodeRequestObject) (gen.LookUpPincodeResponseObject, error) {
	area, err := s.UseCases.LookUpPincode.Execute(ctx, intake.LookUpPincodeInput{Actor: actorOf(ctx), Pincode: r.Pincode})
	if err != nil {
		return nil, err
	}
	return gen.LookUpPincode200JSONResponse(encodePincode(area)), nil
}

func (s *server) ListNearestPincodes(ctx context.Context, r gen.ListNearestPincodesRequestObject) (gen.ListNearestPincodesResponseObject, error) {
	near, err := s.UseCases.ListNearestPincodes.Execute(ctx, intake.ListNearestPincodesInput{
		Actor: actorOf(ctx), At: domain.Point{Lat: r.Params.Lat, Lng: r.Params.Lng}, Limit: value(r.Params.Limit),
	})
	if err != nil {
		return nil, err
	}
	return gen.ListNearestPincodes200JSONResponse{Items: each(near, encodeNear)}, nil
}
