package api

import (
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

func encodePrivacyRequest(r domain.PrivacyRequest) gen.PrivacyRequest {
	return gen.PrivacyRequest{
		ID: string(r.ID), Kind: gen.PrivacyRequestKind(r.Kind), PropertyID: optionalText(r.PropertyID), Message: optional(r.Message),
		State: gen.PrivacyRequestState(r.State), CreatedAt: r.CreatedAt, DueAt: r.DueAt, Reason: optional(r.Reason),
		AnsweredAt: moment(r.AnsweredAt),
	}
}

func encodeStaffPrivacyRequest(r domain.PrivacyRequest) gen.StaffPrivacyRequest {
	return gen.StaffPrivacyRequest{
		ID: string(r.ID), UserID: string(r.UserID), Kind: gen.PrivacyRequestKind(r.Kind), PropertyID: optionalText(r.PropertyID),
		Message: optional(r.Message), State: gen.PrivacyRequestState(r.State), CreatedAt: r.CreatedAt, DueAt: r.DueAt,
		Reason: optional(r.Reason), AnsweredAt: moment(r.AnsweredAt), AnsweredBy: optionalText(r.AnsweredBy),
	}
}

func encodeLegalHold(h domain.LegalHold) gen.LegalHold {
	return gen.LegalHold{
		ID: string(h.ID), PropertyID: optionalText(h.PropertyID), UserID: optionalText(h.UserID), Reason: h.Reason,
		PlacedBy: string(h.PlacedBy), PlacedAt: h.PlacedAt, LiftReason: optional(h.LiftReason), LiftedBy: optionalText(h.LiftedBy),
		LiftedAt: moment(h.LiftedAt),
	}
}
