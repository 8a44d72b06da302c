package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
)

// show encodes a property for reviewers, with its clocks as of now.
func (s *server) show(p domain.Property) gen.Property { return encodeProperty(p, s.Clock.Now()) }

// showOwner encodes a property for its owner, with its clocks as of now.
func (s *server) showOwner(p domain.Property) gen.OwnerProperty {
	return ownersProperty(p, s.Clock.Now())
}

func (s *server) CreateProperty(ctx context.Context, r gen.CreatePropertyRequestObject) (gen.CreatePropertyResponseObject, error) {
	b := r.Body
	property, err := s.UseCases.CreateProperty.Execute(ctx, intake.CreatePropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), Type: domain.PropertyType(b.Type), ExternalRef: value(b.ExternalRef),
		Details: details{b.Address, b.AreaSqft, b.Bedrooms, b.Bathrooms, b.Floor, b.YearBuilt, b.Location}.decode(),
	})
	if err != nil {
		return nil, err
	}
	body := s.showOwner(property)
	return gen.CreateProperty201JSONResponse{Body: body, Headers: gen.CreateProperty201ResponseHeaders{ETag: etag(body.Version)}}, nil
}

func (s *server) GetProperty(ctx context.Context, r gen.GetPropertyRequestObject) (gen.GetPropertyResponseObject, error) {
	property, err := s.UseCases.GetProperty.Execute(ctx, intake.GetPropertyInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return viewProperty(property, actorOf(ctx), s.Clock.Now()), nil
}

func (s *server) ListProperties(ctx context.Context, r gen.ListPropertiesRequestObject) (gen.ListPropertiesResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListProperties.Execute(ctx, intake.ListPropertiesInput{Actor: actorOf(ctx), Page: p})
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	return gen.ListProperties200JSONResponse{
		Items:      each(list.Items, func(p domain.Property) gen.OwnerProperty { return ownersProperty(p, now) }),
		NextCursor: nextCursor(list.Next),
	}, nil
}

func (s *server) UpdateProperty(ctx context.Context, r gen.UpdatePropertyRequestObject) (gen.UpdatePropertyResponseObject, error) {
	out, err := s.UseCases.UpdateProperty.Execute(ctx, intake.UpdatePropertyInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), Version: versionOf(r.Params.IfMatch),
		Change: decodeChange(*r.Body),
	})
	if err != nil {
		return nil, err
	}
	body := s.showOwner(out.Property)
	body.Cleared = each(out.Cleared, func(f domain.Field) gen.PropertyField { return gen.PropertyField(f) })
	return gen.UpdateProperty200JSONResponse{Body: body, Headers: gen.UpdateProperty200ResponseHeaders{ETag: etag(body.Version)}}, nil
}

func (s *server) DeleteProperty(ctx context.Context, r gen.DeletePropertyRequestObject) (gen.DeletePropertyResponseObject, error) {
	err := s.UseCases.DeleteProperty.Execute(ctx, intake.DeletePropertyInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.DeleteProperty204Response{}, nil
}

func (s *server) CheckSubmission(ctx context.Context, r gen.CheckSubmissionRequestObject) (gen.CheckSubmissionResponseObject, error) {
	blocking, err := s.UseCases.CheckSubmission.Execute(ctx, intake.CheckSubmissionInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.CheckSubmission200JSONResponse{Blocking: each(blocking, encodeBlocking)}, nil
}

func (s *server) SubmitProperty(ctx context.Context, r gen.SubmitPropertyRequestObject) (gen.SubmitPropertyResponseObject, error) {
	property, err := s.UseCases.SubmitProperty.Execute(ctx, intake.SubmitPropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	body := s.showOwner(property)
	return gen.SubmitProperty200JSONResponse{Body: body, Headers: gen.SubmitProperty200ResponseHeaders{ETag: etag(body.Version)}}, nil
}

func (s *server) WithdrawProperty(ctx context.Context, r gen.WithdrawPropertyRequestObject) (gen.WithdrawPropertyResponseObject, error) {
	property, err := s.UseCases.WithdrawProperty.Execute(ctx, intake.WithdrawPropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	body := s.showOwner(property)
	return gen.WithdrawProperty200JSONResponse{Body: body, Headers: gen.WithdrawProperty200ResponseHeaders{ETag: etag(body.Version)}}, nil
}
