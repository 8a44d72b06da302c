package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReleaseIdleClaims is the periodic job that puts properties back into the queue whose claim
// had no heartbeat for domain.ClaimIdle. It also releases the claims and reservations of users who
// can no longer review, for which ReleaseStaffClaims did not run: it was given up, or a process of
// a release without it disabled the user.
type ReleaseIdleClaims struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute releases them. The job has no subject. Errors: those of the stores, of every property
// that failed.
func (uc ReleaseIdleClaims) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	decide := func(ctx context.Context, tx ports.Tx, property *domain.Property) (domain.Change, error) {
		change, err := property.ReleaseIdle(now)
		holder := property.Holder(now)
		if !domain.IsKind(err, domain.KindConflict) || holder == "" {
			return change, err
		}
		user, err := lockUser(ctx, tx, holder)
		if err != nil {
			return domain.Change{}, err
		}
		return property.ReleaseFrom(user, now)
	}
	return sweep(ctx, uc.UnitOfWork, uc.IDs, ports.SweepIdleClaims, now, decide)
}
