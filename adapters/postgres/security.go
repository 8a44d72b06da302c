package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type securityLog struct {
	q     *sqlcgen.Queries
	later *sqlcgen.Queries
}

// Append has the event written with COMMIT, because it is part of logins and of views that must not
// become slower. It returns no error: COMMIT fails if the event cannot be written.
func (s securityLog) Append(ctx context.Context, event domain.SecurityEvent) error {
	if event.ID == "" {
		event.ID = domain.SecurityEventID(uuid.Must(uuid.NewV7()).String())
	}
	if event.Client == "" {
		event.Client = ports.ClientOf(ctx)
	}
	at := timeOrNil(event.At)
	event = event.Stored()
	if at != nil {
		at = &event.At
	}
	return translate(s.later.InsertSecurityEvent(ctx, sqlcgen.InsertSecurityEventParams{
		ID: string(event.ID), At: at, Code: string(event.Code), ActorID: optionalID(event.ActorID), ActorRole: string(event.ActorRole),
		TargetID: optionalID(event.TargetID), PropertyID: optionalID(event.PropertyID), PhotoID: optionalID(event.PhotoID),
		Client: storable(event.Client), Detail: storable(event.Detail), Count: event.Count,
	}))
}

func securityEventOf(r sqlcgen.SecurityEvent) domain.SecurityEvent {
	return domain.SecurityEvent{
		ID: domain.SecurityEventID(r.ID), At: r.At, Code: domain.SecurityCode(r.Code), ActorID: idOf[domain.UserID](r.ActorID),
		ActorRole: domain.Role(r.ActorRole), TargetID: idOf[domain.UserID](r.TargetID), PropertyID: idOf[domain.PropertyID](r.PropertyID),
		PhotoID: idOf[domain.PhotoID](r.PhotoID), Client: r.Client, Detail: r.Detail, Count: r.Count,
	}
}

func (s securityLog) List(ctx context.Context, filter domain.SecurityFilter, page domain.Page) (domain.List[domain.SecurityEvent], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.SecurityEvent]{}, err
	}
	until := filter.Until
	if until.IsZero() {
		until = endOfTime
	}
	rows, err := s.q.SecurityEvents(ctx, sqlcgen.SecurityEventsParams{
		AfterAt: at.at, AfterID: at.id, Since: filter.From, Until: until, Code: optional(string(filter.Code)),
		ActorID: optionalID(filter.ActorID), TargetID: optionalID(filter.TargetID), PropertyID: optionalID(filter.PropertyID),
		Client: optional(filter.Client), PageLimit: at.more(),
	})
	if err != nil {
		return domain.List[domain.SecurityEvent]{}, translate(err)
	}
	return list(at, mapped(rows, securityEventOf), func(e domain.SecurityEvent) (time.Time, string) { return e.At, string(e.ID) }), nil
}
