package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

func (s *server) ListSecurityEvents(ctx context.Context, r gen.ListSecurityEventsRequestObject) (gen.ListSecurityEventsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListSecurityEvents.Execute(ctx, assurance.ListSecurityEventsInput{Actor: actorOf(ctx), Page: p, Filter: domain.SecurityFilter{
		Code: domain.SecurityCode(value(r.Params.Code)), ActorID: domain.UserID(value(r.Params.ActorID)),
		TargetID: domain.UserID(value(r.Params.TargetID)), PropertyID: domain.PropertyID(value(r.Params.PropertyID)),
		Client: value(r.Params.Client), From: value(r.Params.From), Until: value(r.Params.To),
	}})
	if err != nil {
		return nil, err
	}
	return gen.ListSecurityEvents200JSONResponse{Items: each(list.Items, encodeSecurityEvent), NextCursor: nextCursor(list.Next)}, nil
}

func encodeSecurityEvent(e domain.SecurityEvent) gen.SecurityEvent {
	return gen.SecurityEvent{
		ID: string(e.ID), At: e.At, Code: gen.SecurityCode(e.Code), ActorID: optionalText(e.ActorID), ActorRole: optionalText(e.ActorRole),
		TargetID: optionalText(e.TargetID), PropertyID: optionalText(e.PropertyID), PhotoID: optionalText(e.PhotoID),
		Client: optional(e.Client), Detail: optional(e.Detail), Count: e.Count,
	}
}
