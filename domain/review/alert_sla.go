package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AlertSla is the periodic job that alerts supervisors and valuers, once for each level, when a
// case becomes SOON, URGENT or BREACHED.
//
//nolint:revive // named after its job alert_sla, as use cases are after their operations
type AlertSla struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute raises the alerts. The job has no subject. Errors: those of the stores, of every
// property that failed.
func (uc AlertSla) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	decide := func(_ context.Context, _ ports.Tx, property *domain.Property) (domain.Change, error) {
		level, reached := property.SLA.Escalate(now)
		if !reached {
			return domain.Change{}, domain.Conflict("sla_not_due", "the case has not become more pressing")
		}
		return property.SLAChange(level, now), nil
	}
	return sweep(ctx, uc.UnitOfWork, uc.IDs, ports.SweepSLA, now, decide)
}
