package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReleaseIdleClaims is the periodic job that puts properties back into the queue whose claim
// had no heartbeat for domain.ClaimIdle.
type ReleaseIdleClaims struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute releases idle claims. The job has no subject. Errors: those of the stores, of every
// property that failed.
func (uc ReleaseIdleClaims) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	return sweep(ctx, uc.UnitOfWork, uc.IDs, ports.SweepIdleClaims, now, func(property *domain.Property) (domain.Change, error) {
		return property.ReleaseIdle(now)
	})
}
