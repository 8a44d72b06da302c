package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RemindFollowUps is the periodic job that reminds owners, once, of a follow-up that is
// still open after domain.FollowUpReminder.
type RemindFollowUps struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute reminds owners. The job has no subject. Errors: those of the stores, of every
// property that failed.
func (uc RemindFollowUps) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	decide := func(_ context.Context, _ ports.Tx, property *domain.Property) (domain.Change, error) {
		return property.RemindFollowUp(now)
	}
	return sweep(ctx, uc.UnitOfWork, uc.IDs, ports.SweepFollowUpRemind, now, decide)
}
