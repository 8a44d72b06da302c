package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ExpireFollowUps is the periodic job that rejects cases whose owner did not answer within
// domain.FollowUpTTL.
type ExpireFollowUps struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute rejects unanswered cases. The job has no subject. Errors: those of the stores, of
// every property that failed.
func (uc ExpireFollowUps) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	decide := func(_ context.Context, _ ports.Tx, property *domain.Property) (domain.Change, error) {
		return property.ExpireFollowUp(now)
	}
	return sweep(ctx, uc.UnitOfWork, uc.IDs, ports.SweepFollowUpExpiry, now, decide)
}
