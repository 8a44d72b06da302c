package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
)

func (s *server) CreatePrivacyRequest(ctx context.Context, r gen.CreatePrivacyRequestRequestObject) (gen.CreatePrivacyRequestResponseObject, error) {
	request, err := s.UseCases.CreatePrivacyRequest.Execute(ctx, privacy.CreatePrivacyRequestInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), Kind: domain.PrivacyRequestKind(r.Body.Kind),
		PropertyID: domain.PropertyID(value(r.Body.PropertyID)), Message: r.Body.Message,
	})
	if err != nil {
		return nil, err
	}
	return gen.CreatePrivacyRequest201JSONResponse(encodePrivacyRequest(request)), nil
}

func (s *server) ListMyPrivacyRequests(ctx context.Context, r gen.ListMyPrivacyRequestsRequestObject) (gen.ListMyPrivacyRequestsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListMyPrivacyRequests.Execute(ctx, privacy.ListMyPrivacyRequestsInput{Actor: actorOf(ctx), Page: p})
	if err != nil {
		return nil, err
	}
	return gen.ListMyPrivacyRequests200JSONResponse{Items: each(list.Items, encodePrivacyRequest), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) ListPrivacyRequests(ctx context.Context, r gen.ListPrivacyRequestsRequestObject) (gen.ListPrivacyRequestsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListPrivacyRequests.Execute(ctx, privacy.ListPrivacyRequestsInput{
		Actor: actorOf(ctx), Kind: domain.PrivacyRequestKind(value(r.Params.Kind)), State: domain.PrivacyRequestState(value(r.Params.State)), Page: p,
	})
	if err != nil {
		return nil, err
	}
	return gen.ListPrivacyRequests200JSONResponse{Items: each(list.Items, encodeStaffPrivacyRequest), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) GetPrivacyRequest(ctx context.Context, r gen.GetPrivacyRequestRequestObject) (gen.GetPrivacyRequestResponseObject, error) {
	request, err := s.UseCases.GetPrivacyRequest.Execute(ctx, privacy.GetPrivacyRequestInput{
		Actor: actorOf(ctx), RequestID: domain.PrivacyRequestID(r.RequestID),
	})
	if err != nil {
		return nil, err
	}
	return gen.GetPrivacyRequest200JSONResponse(encodeStaffPrivacyRequest(request)), nil
}

func (s *server) AnswerPrivacyRequest(ctx context.Context, r gen.AnswerPrivacyRequestRequestObject) (gen.AnswerPrivacyRequestResponseObject, error) {
	request, err := s.UseCases.AnswerPrivacyRequest.Execute(ctx, privacy.AnswerPrivacyRequestInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), RequestID: domain.PrivacyRequestID(r.RequestID),
		Outcome: domain.PrivacyRequestState(r.Body.Outcome), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.AnswerPrivacyRequest200JSONResponse(encodeStaffPrivacyRequest(request)), nil
}

func (s *server) PlaceHold(ctx context.Context, r gen.PlaceHoldRequestObject) (gen.PlaceHoldResponseObject, error) {
	hold, err := s.UseCases.PlaceHold.Execute(ctx, privacy.PlaceHoldInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(value(r.Body.PropertyID)),
		UserID: domain.UserID(value(r.Body.UserID)), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.PlaceHold201JSONResponse(encodeLegalHold(hold)), nil
}

func (s *server) ListHolds(ctx context.Context, r gen.ListHoldsRequestObject) (gen.ListHoldsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListHolds.Execute(ctx, privacy.ListHoldsInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(value(r.Params.PropertyID)), UserID: domain.UserID(value(r.Params.UserID)),
		InForce: value(r.Params.InForce), Page: p,
	})
	if err != nil {
		return nil, err
	}
	return gen.ListHolds200JSONResponse{Items: each(list.Items, encodeLegalHold), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) LiftHold(ctx context.Context, r gen.LiftHoldRequestObject) (gen.LiftHoldResponseObject, error) {
	hold, err := s.UseCases.LiftHold.Execute(ctx, privacy.LiftHoldInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), HoldID: domain.LegalHoldID(r.HoldID), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.LiftHold200JSONResponse(encodeLegalHold(hold)), nil
}
