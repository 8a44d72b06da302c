package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
)

func (s *server) ListQueue(ctx context.Context, r gen.ListQueueRequestObject) (gen.ListQueueResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	actor := actorOf(ctx)
	filter := domain.QueueFilter{
		States:  each(r.Params.State, func(v gen.PropertyState) domain.State { return domain.State(v) }),
		Types:   each(r.Params.Type, func(v gen.PropertyType) domain.PropertyType { return domain.PropertyType(v) }),
		Pincode: value(r.Params.Pincode), Level: domain.SLALevel(value(r.Params.Level)),
		Sort: domain.QueueSort(value(r.Params.Sort)),
	}
	if value(r.Params.Mine) {
		filter.Claimant = actor.ID
	}
	list, err := s.UseCases.ListQueue.Execute(ctx, review.ListQueueInput{Actor: actor, Filter: filter, Page: p})
	if err != nil {
		return nil, err
	}
	return gen.ListQueue200JSONResponse(encodeProperties(list, s.Clock.Now())), nil
}

func (s *server) ClaimNextProperty(ctx context.Context, _ gen.ClaimNextPropertyRequestObject) (gen.ClaimNextPropertyResponseObject, error) {
	property, err := s.UseCases.ClaimNextProperty.Execute(ctx, review.ClaimNextPropertyInput{Actor: actorOf(ctx), Key: keyOf(ctx)})
	if err != nil {
		return nil, err
	}
	return gen.ClaimNextProperty200JSONResponse{
		Body: s.show(property), Headers: gen.ClaimNextProperty200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) ClaimProperty(ctx context.Context, r gen.ClaimPropertyRequestObject) (gen.ClaimPropertyResponseObject, error) {
	property, err := s.UseCases.ClaimProperty.Execute(ctx, review.ClaimPropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.ClaimProperty200JSONResponse{
		Body: s.show(property), Headers: gen.ClaimProperty200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) HeartbeatClaim(ctx context.Context, r gen.HeartbeatClaimRequestObject) (gen.HeartbeatClaimResponseObject, error) {
	err := s.UseCases.HeartbeatClaim.Execute(ctx, review.HeartbeatClaimInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.HeartbeatClaim204Response{}, nil
}

func (s *server) ReleaseClaim(ctx context.Context, r gen.ReleaseClaimRequestObject) (gen.ReleaseClaimResponseObject, error) {
	property, err := s.UseCases.ReleaseClaim.Execute(ctx, review.ReleaseClaimInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.ReleaseClaim200JSONResponse{
		Body: s.show(property), Headers: gen.ReleaseClaim200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) RevokeClaim(ctx context.Context, r gen.RevokeClaimRequestObject) (gen.RevokeClaimResponseObject, error) {
	property, err := s.UseCases.RevokeClaim.Execute(ctx, review.RevokeClaimInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.RevokeClaim200JSONResponse{
		Body: s.show(property), Headers: gen.RevokeClaim200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) ListReviewers(ctx context.Context, r gen.ListReviewersRequestObject) (gen.ListReviewersResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListReviewers.Execute(ctx, review.ListReviewersInput{Actor: actorOf(ctx), Page: p})
	if err != nil {
		return nil, err
	}
	return gen.ListReviewers200JSONResponse{Items: each(list.Items, encodeReviewer), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) ReassignClaim(ctx context.Context, r gen.ReassignClaimRequestObject) (gen.ReassignClaimResponseObject, error) {
	property, err := s.UseCases.ReassignClaim.Execute(ctx, review.ReassignClaimInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		ValuerID: domain.UserID(r.Body.ValuerID), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.ReassignClaim200JSONResponse{
		Body: s.show(property), Headers: gen.ReassignClaim200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}
