package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RetryReport asks again for a report that could not be made.
type RetryReport struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// RetryReportInput names the property whose report is made again.
type RetryReportInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
}

// Execute returns the property, whose report a job will make. Errors: KindNotFound
// "property_not_found", KindForbidden "reason_required", KindConflict "illegal_transition" and
// "report_in_progress", those of ports.Once.
func (uc RetryReport) Execute(ctx context.Context, in RetryReportInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		if _, err := tx.Admit(ctx, in.Actor, property, now); err != nil {
			return domain.Property{}, err
		}
		v, _, err := currentValuation(ctx, tx, property)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.RetryReport(in.Actor, &v, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := tx.Valuations.Update(ctx, &v); err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
