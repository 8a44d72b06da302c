package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// record adds what the actor did to the security log.
func record(ctx context.Context, tx ports.Tx, by domain.Actor, event domain.SecurityEvent) error {
	event.ActorID, event.ActorRole = by.ID, by.Role
	return tx.Security.Append(ctx, event)
}

// asked records the kind of a request, and never its words.
func asked(r domain.PrivacyRequest) domain.SecurityEvent {
	return domain.SecurityEvent{
		Code: domain.SecurityPrivacyAsked, At: r.CreatedAt, TargetID: r.UserID, PropertyID: r.PropertyID, Detail: string(r.Kind),
	}
}

func answered(r domain.PrivacyRequest) domain.SecurityEvent {
	return domain.SecurityEvent{
		Code: domain.SecurityPrivacyAnswered, At: r.AnsweredAt, TargetID: r.UserID, PropertyID: r.PropertyID,
		Detail: string(r.Kind) + " " + string(r.State),
	}
}

func placed(h domain.LegalHold) domain.SecurityEvent {
	return domain.SecurityEvent{Code: domain.SecurityHoldPlaced, At: h.PlacedAt, TargetID: h.UserID, PropertyID: h.PropertyID, Detail: string(h.ID)}
}

func lifted(h domain.LegalHold) domain.SecurityEvent {
	return domain.SecurityEvent{Code: domain.SecurityHoldLifted, At: h.LiftedAt, TargetID: h.UserID, PropertyID: h.PropertyID, Detail: string(h.ID)}
}
