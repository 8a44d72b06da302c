package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
)

func (s *server) AskFollowUp(ctx context.Context, r gen.AskFollowUpRequestObject) (gen.AskFollowUpResponseObject, error) {
	property, err := s.UseCases.AskFollowUp.Execute(ctx, review.AskFollowUpInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		Items: each(r.Body.Items, decodeFollowUpItem),
	})
	if err != nil {
		return nil, err
	}
	return gen.AskFollowUp200JSONResponse{
		Body: s.show(property), Headers: gen.AskFollowUp200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) AnswerFollowUp(ctx context.Context, r gen.AnswerFollowUpRequestObject) (gen.AnswerFollowUpResponseObject, error) {
	property, err := s.UseCases.AnswerFollowUp.Execute(ctx, review.AnswerFollowUpInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		Answers: each(r.Body.Answers, decodeFollowUpAnswer),
	})
	if err != nil {
		return nil, err
	}
	body := s.showOwner(property)
	return gen.AnswerFollowUp200JSONResponse{Body: body, Headers: gen.AnswerFollowUp200ResponseHeaders{ETag: etag(body.Version)}}, nil
}

func (s *server) RejectProperty(ctx context.Context, r gen.RejectPropertyRequestObject) (gen.RejectPropertyResponseObject, error) {
	property, err := s.UseCases.RejectProperty.Execute(ctx, review.RejectPropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		Code: domain.RejectionCode(r.Body.Code), Note: r.Body.Note,
	})
	if err != nil {
		return nil, err
	}
	return gen.RejectProperty200JSONResponse{
		Body: s.show(property), Headers: gen.RejectProperty200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) FlagProperty(ctx context.Context, r gen.FlagPropertyRequestObject) (gen.FlagPropertyResponseObject, error) {
	property, err := s.UseCases.FlagProperty.Execute(ctx, review.FlagPropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.FlagProperty200JSONResponse{
		Body: s.show(property), Headers: gen.FlagProperty200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) SignOffValuation(ctx context.Context, r gen.SignOffValuationRequestObject) (gen.SignOffValuationResponseObject, error) {
	property, err := s.UseCases.SignOffValuation.Execute(ctx, review.SignOffValuationInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.SignOffValuation200JSONResponse{
		Body: s.show(property), Headers: gen.SignOffValuation200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func (s *server) ReturnValuation(ctx context.Context, r gen.ReturnValuationRequestObject) (gen.ReturnValuationResponseObject, error) {
	property, err := s.UseCases.ReturnValuation.Execute(ctx, review.ReturnValuationInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.ReturnValuation200JSONResponse{
		Body: s.show(property), Headers: gen.ReturnValuation200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}

func decodeFollowUpItem(it gen.FollowUpItemRequest) domain.FollowUpItem {
	return domain.FollowUpItem{
		Kind: domain.FollowUpKind(it.Kind), Message: it.Message, PhotoID: domain.PhotoID(value(it.PhotoID)),
		Subject: decodeSubject(value(it.Type), it.Room), Field: domain.Field(value(it.Field)),
	}
}

func decodeFollowUpAnswer(a gen.FollowUpAnswer) domain.FollowUpAnswer {
	return domain.FollowUpAnswer{
		ItemID: domain.FollowUpItemID(a.ItemID), PhotoID: domain.PhotoID(value(a.PhotoID)), Text: value(a.Text),
	}
}
