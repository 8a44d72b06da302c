package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetAuditTrail shows the history of a property, and whether it was tampered with.
type GetAuditTrail struct {
	UnitOfWork ports.UnitOfWork
}

// GetAuditTrailInput names the property, and the actor who must be allowed to see it.
type GetAuditTrailInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// AuditTrail is a property's history, checked link by link.
type AuditTrail struct {
	Entries []domain.AuditEntry // oldest first
	Intact  bool
	Fault   string // what is wrong with the chain, empty if it is intact
}

// Execute returns the history to those who may see the property. Errors: KindNotFound
// "property_not_found", KindUnavailable.
func (uc GetAuditTrail) Execute(ctx context.Context, in GetAuditTrailInput) (AuditTrail, error) {
	entries, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) {
		if _, err := tx.GetVisible(ctx, in.Actor, in.PropertyID); err != nil {
			return nil, err
		}
		return tx.Audit.Chain(ctx, in.PropertyID)
	})
	if err != nil {
		return AuditTrail{}, err
	}
	found := fault(in.PropertyID, entries)
	return AuditTrail{Entries: entries, Intact: found == "", Fault: found}, nil
}

// fault describes what is wrong with the chain, or returns "". It also detects what the chain
// alone does not show: that it was removed completely, or replaced by another property's.
func fault(property domain.PropertyID, entries []domain.AuditEntry) string {
	switch {
	case len(entries) == 0:
		return "every audit entry is missing"
	case entries[0].PropertyID != property:
		return "the audit entries belong to another property"
	}
	if err := domain.VerifyChain(entries); err != nil {
		return err.Error()
	}
	return ""
}
