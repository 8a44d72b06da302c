package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// Releasable returns nil if no legal hold covers the case, so that its owner may delete of it. Errors
// returned: KindConflict "case_kept", those of the store.
func (tx Tx) Releasable(ctx context.Context, property domain.Property) error {
	held, err := tx.LegalHolds.Covers(ctx, property.ID, property.OwnerID)
	if err == nil && held {
		return domain.CaseKept()
	}
	return err
}
