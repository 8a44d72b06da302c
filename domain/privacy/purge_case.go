package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PurgeCase removes a case whose retention ended: the property with its photos, valuations,
// messages and milestones, and all versions of its files. Its audit chain is left, which contains
// nothing personal.
type PurgeCase struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// PurgeCaseInput names the case.
type PurgeCaseInput struct {
	PropertyID domain.PropertyID
}

// Execute purges the case, and leaves its files to a job. Errors: KindNotFound
// "property_not_found", KindConflict "case_held" and "retention_running".
func (uc PurgeCase) Execute(ctx context.Context, in PurgeCaseInput) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, err := tx.Properties.Lock(ctx, in.PropertyID)
		if err != nil {
			return err
		}
		held, err := tx.LegalHolds.Covers(ctx, property.ID, property.OwnerID)
		if err != nil {
			return err
		}
		if held {
			return domain.CaseHeld()
		}
		change, err := property.Purge(now)
		if err != nil {
			return err
		}
		if err := tx.RecordChange(ctx, property, change, uc.IDs); err != nil {
			return err
		}
		return tx.Retention.DeleteCase(ctx, property.ID)
	})
}
