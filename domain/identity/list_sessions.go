package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListSessions lists a user's own sessions.
type ListSessions struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// ListSessionsInput is whose sessions.
type ListSessionsInput struct {
	Actor domain.Actor
}

// Execute returns the sessions that go on, newest first. Errors: KindUnavailable.
func (uc ListSessions) Execute(ctx context.Context, in ListSessionsInput) ([]domain.Session, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Session, error) {
		return tx.Sessions.Live(ctx, in.Actor.ID, now)
	})
}
